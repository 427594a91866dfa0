import Text

/// What a server says about itself in its first answer: a list of capabilities (protocol v2), or capabilities and
/// all references (v0 and v1). https://git-scm.com/docs/protocol-v2, https://git-scm.com/docs/pack-protocol
package struct Advertisement: Sendable, Equatable {
  package enum Version: Sendable { case v0, v2 }

  package let version: Version
  /// Values by name; v0 may repeat a name, v2 gives `fetch` and `ls-refs` their features as one value.
  package private(set) var capabilities: [String: [String]] = [:]
  /// All references, in v0 only: v2 has `ls-refs` for that.
  package private(set) var references: [RemoteReference] = []

  package init(parsing body: [UInt8]) throws(GitError) {
    var lines = try PktLine.decode(body)[...]
    // A banner that v0 always has and v2 has on some servers.
    if lines.first?.text?.begins(with: "# service=git-upload-pack") == true {
      lines = lines.dropFirst()
      if lines.first == .flush { lines = lines.dropFirst() }
    }
    guard let first = lines.first else { throw GitError(.protocolViolation, "the server's first answer is empty") }
    if let text = first.text, let rest = text.rest(after: "ERR ") {
      throw GitError(.serverError, "the server refuses", cause: String(hostile: rest.utf8))
    }
    switch first.text {
    case "version 2":
      version = .v2
      for line in lines.dropFirst() {
        if let text = line.text { add(text) }
      }
    case "version 1":
      version = .v0
      try readReferences(lines.dropFirst())
    default:
      version = .v0
      try readReferences(lines)
    }
    guard lines.last == .flush else { throw GitError(.protocolViolation, "the server's first answer is cut short") }
    if let format = capabilities["object-format"]?.last, format != "sha1" {
      throw GitError(
        .unsupportedObjectFormat,
        "the repository names its objects by \(format.escapingControls); only SHA-1 repositories can be read")
    }
  }

  /// Whether `name` is there, in v2 with `feature` among its values.
  package func allows(_ name: String, _ feature: String? = nil) -> Bool {
    guard let values = capabilities[name] else { return false }
    guard let feature else { return true }
    return values.contains { $0.words(at: " ").contains { $0 == feature } }
  }

  /// Whether fetches can leave objects out.
  package var canFilter: Bool { version == .v2 ? allows("fetch", "filter") : allows("filter") }
  /// Whether fetches can leave history out.
  package var canDeepen: Bool { version == .v2 ? allows("fetch", "shallow") : allows("shallow") }

  /// Whether an object may be wanted that no reference names. Protocol v2 has no other way of wanting.
  package var allowsAnyWant: Bool {
    version == .v2 || allows("allow-reachable-sha1-in-want") || allows("allow-any-sha1-in-want")
  }

  private mutating func add(_ capability: String) {
    let (name, value) = capability.cut(at: "=") ?? (capability[...], "")
    guard !name.isEmpty else { return }
    capabilities[String(name), default: []].append(String(value))
  }

  private mutating func readReferences(_ lines: ArraySlice<PktLine>) throws(GitError) {
    var isFirst = true
    for line in lines {
      guard case .data(var payload) = line else { continue }
      if payload.last == 0x0a { payload.removeLast() }
      if isFirst {
        isFirst = false
        if let end = payload.firstIndex(of: 0) {
          for capability in payload[(end + 1)...].split(separator: UInt8(ascii: " ")) {
            add(String(decoding: capability, as: UTF8.self))
          }
          payload = Array(payload[..<end])
        }
      }
      try addReference(String(decoding: payload, as: UTF8.self))
    }
    for symref in capabilities["symref"] ?? [] {
      guard let (name, target) = symref.cut(at: ":"), RemoteReference.isValidName(target),
        let index = references.firstIndex(where: { $0.name.isSame(as: name) })
      else { continue }
      references[index].target = String(target)
    }
  }

  private mutating func addReference(_ text: String) throws(GitError) {
    if text.begins(with: "shallow ") { return }
    guard let (digits, name) = text.cut(at: " ") else {
      throw GitError(.protocolViolation, "the server's list of references is not in git's format")
    }
    guard let id = ObjectID(hex: digits) else {
      if digits.utf8.count == 64 {
        throw GitError(
          .unsupportedObjectFormat,
          "the repository names its objects by sha256; only SHA-1 repositories can be read")
      }
      throw GitError(.protocolViolation, "the server's list of references is not in git's format")
    }
    if let tag = name.rest(before: "^{}") {
      if let last = references.indices.last, references[last].name.isSame(as: tag) {
        references[last].peeled = id
      }
    } else if RemoteReference.isValidName(name) {
      // The placeholder of an empty repository, `capabilities^{}`, is not a valid name and ends above.
      references.append(RemoteReference(name: String(name), id: id))
    }
  }
}

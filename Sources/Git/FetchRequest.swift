import Text

/// What is asked of a server, as bytes. Only what the server advertised is used.
/// https://git-scm.com/docs/protocol-v2, https://git-scm.com/docs/pack-protocol
struct FetchRequest: Sendable, Equatable {
  static let agent = "lfsfetch"

  var wants: [ObjectID]
  /// What is here already with all that is behind it.
  var haves: [ObjectID] = []
  var shape: FetchShape

  func body(for advertisement: Advertisement) -> [UInt8] {
    switch advertisement.version {
    case .v2: versionTwo(advertisement)
    case .v0: versionZero(advertisement)
    }
  }

  private func versionTwo(_ advertisement: Advertisement) -> [UInt8] {
    var lines = FetchRequest.command("fetch", advertisement)
    lines += limits
    if shape.includesTags { lines.append(PktLine("include-tag\n")) }
    lines += [PktLine("ofs-delta\n"), PktLine("no-progress\n")]
    lines += wants.map { PktLine("want \($0.hex)\n") } + haves.map { PktLine("have \($0.hex)\n") }
    lines += [PktLine("done\n"), .flush]
    return PktLine.encode(lines)
  }

  private func versionZero(_ advertisement: Advertisement) -> [UInt8] {
    var capabilities = ["side-band-64k", "ofs-delta", "no-progress"].filter { advertisement.allows($0) }
    // Most requests name nothing that we have, so that nothing is acknowledged; but there are servers that insist.
    if let acknowledgments = ["multi_ack_detailed", "multi_ack"].first(where: { advertisement.allows($0) }) {
      capabilities.append(acknowledgments)
    }
    if shape.isShallow { capabilities.append("shallow") }
    if shape.since != nil { capabilities.append("deepen-since") }
    if !shape.excluded.isEmpty { capabilities.append("deepen-not") }
    if shape.includesTags, advertisement.allows("include-tag") { capabilities.append("include-tag") }
    if shape.filter != nil { capabilities.append("filter") }
    if advertisement.allows("agent") { capabilities.append("agent=\(FetchRequest.agent)") }
    var lines: [PktLine] = []
    for (index, want) in wants.enumerated() {
      let suffix = index == 0 ? capabilities.map { " " + $0 }.joined() : ""
      lines.append(PktLine("want \(want.hex)\(suffix)\n"))
    }
    lines += limits + [.flush] + haves.map { PktLine("have \($0.hex)\n") } + [PktLine("done\n")]
    return PktLine.encode(lines)
  }

  private var limits: [PktLine] {
    var lines: [PktLine] = []
    if let depth = shape.depth { lines.append(PktLine("deepen \(depth)\n")) }
    if let since = shape.since { lines.append(PktLine("deepen-since \(since)\n")) }
    lines += shape.excluded.map { PktLine("deepen-not \($0)\n") }
    if let filter = shape.filter { lines.append(PktLine("filter \(filter)\n")) }
    return lines
  }

  /// A request for references whose names begin with one of `prefixes`, or for all when there is none.
  static func listReferences(
    _ prefixes: [String], _ advertisement: Advertisement, includingUnborn: Bool = false
  ) -> [UInt8] {
    var lines = command("ls-refs", advertisement)
    lines += [PktLine("peel\n"), PktLine("symrefs\n")]
    if includingUnborn { lines.append(PktLine("unborn\n")) }
    lines += prefixes.map { PktLine("ref-prefix \($0)\n") }
    lines.append(.flush)
    return PktLine.encode(lines)
  }

  private static func command(_ name: String, _ advertisement: Advertisement) -> [PktLine] {
    var lines = [PktLine("command=\(name)\n")]
    if advertisement.allows("agent") { lines.append(PktLine("agent=\(agent)\n")) }
    if advertisement.allows("object-format") { lines.append(PktLine("object-format=sha1\n")) }
    return lines + [.delimiter]
  }
}

extension RemoteReference {
  /// The branch that HEAD names without having a commit: `unborn HEAD symref-target:<name>`.
  static func unbornBranch(in body: [UInt8]) throws(GitError) -> String? {
    for line in try PktLine.decode(body) {
      guard let name = line.text?.rest(after: "unborn HEAD symref-target:"), isValidName(name) else { continue }
      return String(name)
    }
    return nil
  }

  /// The answer to `ls-refs`: `<id> <name> [symref-target:<name>] [peeled:<id>]`.
  static func list(parsing body: [UInt8]) throws(GitError) -> [RemoteReference] {
    let lines = try PktLine.decode(body)
    guard lines.last == .flush else { throw GitError(.protocolViolation, "the list of references is cut short") }
    var references: [RemoteReference] = []
    for line in lines {
      guard let text = line.text else { continue }
      if let rest = text.rest(after: "ERR ") {
        throw GitError(
          .serverError, "the server refused to list references", cause: String(hostile: rest.utf8))
      }
      let parts = text.words(at: " ")
      if parts.first == "unborn" { continue }
      guard parts.count >= 2, let id = ObjectID(hex: parts[0]) else {
        throw GitError(.protocolViolation, "the list of references is not in git's format")
      }
      guard isValidName(parts[1]) else { continue }
      var reference = RemoteReference(name: String(parts[1]), id: id)
      for attribute in parts.dropFirst(2) {
        if let digits = attribute.rest(after: "peeled:") { reference.peeled = ObjectID(hex: digits) }
        if let target = attribute.rest(after: "symref-target:"), isValidName(target) {
          reference.target = String(target)
        }
      }
      references.append(reference)
    }
    return references
  }
}

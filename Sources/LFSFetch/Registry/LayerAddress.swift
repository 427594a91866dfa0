import Files
import HTTP
import Text

/// Where a layer of the registry is: a file of this machine, a file on a web server, or a file of a git repository.
package enum LayerAddress: Sendable, Hashable {
  case file(String)
  /// Pinned by the SHA-256 of its bytes, where there is one.
  case web(String, SHA256Digest?)
  /// Pinned where `revision` is the full id of a commit.
  case repository(ModelRequest)

  package struct Fault: Error, Sendable, Equatable { package let reason: String }

  /// `PATH`, `URL[#sha256=HEX]` or `URL[@REVISION]:PATH`.
  package init(_ text: String) throws(Fault) {
    guard let authority = text.authorityStart else {
      if text.isEmpty { throw Fault(reason: "a layer is a path or a URL") }
      self = .file(text)
      return
    }
    let parts = (text.cut(at: "#").map { [$0.before, $0.after] } ?? [text[...]]).map(String.init)
    let request: ModelRequest
    do throws(FetchError) { request = try ModelRequest(parts[0]) } catch { throw Fault(reason: error.message) }
    if request.path != nil, parts.count == 1 {
      self = .repository(request)
      return
    }
    guard ["http://", "https://"].contains(text[..<authority]), request.path == nil else {
      throw Fault(
        reason: "`\(text.withoutCredentials)` is no layer: expected a path, https://…, or URL[@REVISION]:PATH of a git "
          + "repository")
    }
    guard parts.count == 2 else {
      self = .web(parts[0], nil)
      return
    }
    guard let digest = parts[1].rest(after: "sha256=").flatMap({ SHA256Digest(hex: $0) }) else {
      throw Fault(reason: "expected `#sha256=` and 64 lowercase hexadecimal digits behind the URL")
    }
    self = .web(parts[0], digest)
  }

  /// Whether it can never say anything else.
  package var isPinned: Bool {
    switch self {
    case .file: true
    case .web(_, let digest): digest != nil
    case .repository(let request):
      request.revision.map { $0.utf8.count == 40 && $0.utf8.allSatisfy(\.isHexDigit) } ?? false
    }
  }

  package var isOnThisMachine: Bool {
    if case .file = self { true } else { false }
  }

  /// One text for one address, not for showing: it may hold credentials.
  var key: String {
    switch self {
    case .file(let path): path
    case .web(let url, let digest): url + (digest.map { "#\($0)" } ?? "")
    case .repository(let request): "\(request.target) \(request.revision ?? "") \(request.path ?? "")"
    }
  }

  /// As messages name it.
  package var description: String {
    switch self {
    case .file(let path): path
    case .web(let url, let digest): url.withoutCredentials + (digest.map { "#sha256=\($0.hex)" } ?? "")
    case .repository(let request): request.text
    }
  }

  /// A path that stands in a file is seen from the file's folder.
  func relative(to folder: String) -> LayerAddress {
    guard case .file(let path) = self, !path.begins(with: "/") else { return self }
    return .file(folder + "/" + path)
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool { Character(Unicode.Scalar(self)).isHexDigit }
}

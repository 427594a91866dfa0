import Files
import Git
import HTTP
import JSON

/// Remembers resolutions in the cache, so that a second run asks nobody.
///
/// Two kinds of small JSON files below `resolved/<source>/`: what a branch or tag pointed at when it was last asked
/// for, and what a selection of a commit consists of. The second kind never becomes wrong.
package struct ResolutionStore: Sendable {
  private let folder: String

  /// A change of the form makes old files unread, not misread.
  private static let form = 1

  package init(_ cache: Cache, sourceName: String) {
    folder = cache.resolved + "/" + sourceName
  }

  // MARK: References

  package func commit(of revision: String?) -> (commit: String, reference: String?)? {
    guard let json = read(referencePath(revision)), let commit = try? json["commit"]?.string() else { return nil }
    return (commit, try? json["reference"]?.string())
  }

  package func remember(_ commit: String, reference: String?, of revision: String?) throws(FileError) {
    try write(
      [("commit", .string(commit)), ("reference", reference.map { .string($0) })], to: referencePath(revision))
  }

  private func referencePath(_ revision: String?) -> String {
    "\(folder)/ref-\(Self.digest(revision ?? "HEAD")).json"
  }

  // MARK: Selections

  package func resolution(of commit: String, _ selection: Selection, sourceName: String) -> Resolution? {
    guard let json = read(path(commit, selection)), let elements = try? json["files"]?.elements() else { return nil }
    let files = elements.compactMap(SelectedFile.init)
    guard files.count == elements.count else { return nil }
    return Resolution(
      sourceName: sourceName, commit: commit, reference: try? json["reference"]?.string(), files: files,
      configuredLFS: try? json["lfs"]?.string())
  }

  package func remember(_ resolution: Resolution, _ selection: Selection) throws(FileError) {
    guard let commit = resolution.commit else { return }
    try write(
      [
        ("reference", resolution.reference.map { .string($0) }), ("lfs", resolution.configuredLFS.map { .string($0) }),
        ("files", .array(resolution.files.map { $0.json() })),
      ], to: path(commit, selection))
  }

  private func path(_ commit: String, _ selection: Selection) -> String {
    "\(folder)/\(commit)-\(Self.digest(selection.canonical)).json"
  }

  // MARK: Listings

  /// What a place beside git had when it was last asked for.
  package func listed(_ wanted: Wanted, sourceName: String) -> Resolution? {
    guard let json = read(listedPath(wanted)), let elements = try? json["files"]?.elements() else { return nil }
    let files = elements.compactMap(SelectedFile.init)
    guard files.count == elements.count else { return nil }
    var resolution = Resolution(
      sourceName: sourceName, commit: nil, reference: try? json["reference"]?.string(), files: files)
    for (element, file) in zip(elements, files) {
      guard let oid = file.object, let text = try? element["url"]?.string(), let url = try? HTTPURL(text) else {
        continue
      }
      resolution.direct[oid] = [.url(url, isNamedByUser: wanted.isNamedByUser)]
    }
    return resolution
  }

  /// Addresses are remembered as far as they hold no secret.
  package func remember(listed resolution: Resolution, _ wanted: Wanted) throws(FileError) {
    let files = resolution.files.map { file in
      let url = file.object.flatMap { resolution.direct[$0] }?.lazy.compactMap(\.shareableURL).first
      return file.json(adding: [("url", url.map { .string($0.string) })])
    }
    try write(
      [("reference", resolution.reference.map { .string($0) }), ("files", .array(files))], to: listedPath(wanted))
  }

  private func listedPath(_ wanted: Wanted) -> String {
    // What a registry promises of files is no memory for those who have been promised nothing, or something else.
    let facts = [wanted.revision ?? ""] + wanted.promises
    return
      "\(folder)/listed-\(Self.digest(facts.joined(separator: "\n")))-\(Self.digest(wanted.selection.canonical)).json"
  }

  // MARK: Files

  private static func digest(_ text: String) -> Substring {
    SHA256.hash(Array(text.utf8)).hex.prefix(16)
  }

  /// nil for anything that cannot be used: it is only a memory.
  private func read(_ path: String) -> JSON? {
    guard let bytes = try? readFile(path), let json = try? JSON.parse(bytes),
      (try? json["form"]?.integer()) == Int64(Self.form)
    else { return nil }
    return json
  }

  private func write(_ members: [(String, JSON?)], to path: String) throws(FileError) {
    try Directory.create(folder)
    let json = JSON.object([("form", .integer(Self.form))] + members)
    try replaceFile(path, with: Array((json.text + "\n").utf8))
  }
}

extension SelectedFile {
  fileprivate func json(adding members: [(String, JSON?)] = []) -> JSON {
    let oid: JSON? = if case .object(let oid) = content { .string(oid.hex) } else { nil }
    let blob: JSON? = if case .blob(let id) = content { .string(id.hex) } else { nil }
    // JSON is Unicode and paths are bytes: those that are not UTF-8 are written a character a byte.
    let text = String(validating: path.bytes, as: UTF8.self)
    let own: [(String, JSON?)] = [
      ("path", text.map { .string($0) }),
      ("bytes", text == nil ? .string(String(String.UnicodeScalarView(path.bytes.map(Unicode.Scalar.init)))) : nil),
      ("mode", .string(mode.name)), ("sha256", oid ?? digest.map { .string($0.hex) }), ("blob", blob),
      ("size", .integer(size)), ("learned", isLearned ? .bool(true) : nil),
    ]
    return .object(own + members)
  }

  fileprivate init?(_ json: JSON) {
    let raw = (try? json["bytes"]?.string())?.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    guard let bytes = (try? json["path"]?.string()).map({ Array($0.utf8) }) ?? raw,
      let path = try? RepositoryPath(validating: bytes), let name = try? json["mode"]?.string(),
      let mode = FileMode(name: name), let size = try? json["size"]?.integer()
    else { return nil }
    let digest = (try? json["sha256"]?.string()).flatMap { SHA256Digest(hex: $0) }
    if let blob = (try? json["blob"]?.string()).flatMap({ ObjectID(hex: $0) }) {
      self.init(path: path, mode: mode, blob: blob, size: size, digest: digest)
    } else if let digest {
      self.init(path: path, mode: mode, oid: digest, size: size)
      isLearned = (try? json["learned"]?.bool()) ?? false
    } else {
      return nil
    }
  }
}

extension FileMode {
  var name: String {
    switch self {
    case .regular: "regular"
    case .executable: "executable"
    case .symlink: "symlink"
    case .submodule: "submodule"
    }
  }

  init?(name: String) {
    let all: [FileMode] = [.regular, .executable, .symlink]
    guard let mode = all.first(where: { $0.name == name }) else { return nil }
    self = mode
  }
}

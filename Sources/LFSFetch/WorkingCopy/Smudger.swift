import Files
import Git
import Text

/// Decides what stands in the work tree for a blob that git checks out: the content of the object that it points to,
/// or the blob itself.
package struct Smudger: Sendable {
  package let repository: LFSRepository
  private let selection: Selection
  /// `--skip` and `GIT_LFS_SKIP_SMUDGE`: all pointers stay as they are.
  private let skips: Bool

  package init(_ repository: LFSRepository, skips: Bool) {
    self.repository = repository
    self.skips = skips || LFSSettings.skipsSmudging
    selection = repository.settings.selection()
  }

  package enum Outcome: Sendable {
    /// The blob is what the work tree gets.
    case asItIs
    /// It too, but LFS should have made a pointer of it.
    case noPointer
    /// The content, a file of this machine.
    case file(Content)
    /// The object of the pointer has to be fetched.
    case missing(Pointer, LFSRepository.WantedObject)
  }

  /// The file with the content: the object's own, or what extensions have made of it, which goes when nobody needs it.
  package struct Content: Sendable {
    package let path: String
    let size: Int64
    private let output: TemporaryFile?

    fileprivate init(_ path: String, size: Int64, output: TemporaryFile? = nil) {
      (self.path, self.size, self.output) = (path, size, output)
    }
  }

  /// `path` may be empty where git does not tell it.
  package func outcome(of blob: [UInt8], at path: [UInt8]) throws(FetchError) -> Outcome {
    guard !skips, !blob.isEmpty, selection.contains(path) || path.isEmpty else { return .asItIs }
    guard let pointer = try? Pointer.parse(blob) else { return .noPointer }
    let name = path.isEmpty ? "sha256:\(pointer.oid)" : String(decoding: path, as: UTF8.self)
    try repository.checkExtensions(of: pointer, name)
    if let content = try content(of: pointer, at: path) { return .file(content) }
    return .missing(pointer, .init(oid: pointer.oid, size: pointer.size, name: name))
  }

  /// nil where the object is not on this machine.
  func content(of pointer: Pointer, at path: [UInt8]) throws(FetchError) -> Content? {
    guard pointer.size > 0 else { return try content(of: pointer, in: "/dev/null", at: path) }
    let file = try repository.readableFile(of: pointer.oid, size: pointer.size)
    return try file.map { file throws(FetchError) in try content(of: pointer, in: file, at: path) }
  }

  /// The content of an object that has just come.
  func arrived(_ pointer: Pointer, at path: [UInt8]) throws(FetchError) -> Content {
    try content(of: pointer, in: repository.store.path(of: pointer.oid), at: path)
  }

  private func content(of pointer: Pointer, in file: String, at path: [UInt8]) throws(FetchError) -> Content {
    guard !pointer.extensions.isEmpty else { return Content(file, size: pointer.size) }
    let output = try repository.untransformed(file, pointer, at: path)
    return try repository.inMedia { () throws(FileError) in
      Content(output.file.path, size: try output.file.status().size, output: output)
    }
  }
}

extension LFSSettings {
  /// `GIT_LFS_TRACK_NO_INSTALL_HOOKS`: git-lfs's `track` is not to install its hooks.
  package static var tracksWithoutHooks: Bool {
    processEnvironment("GIT_LFS_TRACK_NO_INSTALL_HOOKS").flatMap { GitConfig.bool($0) } ?? false
  }

  /// `GIT_LFS_SKIP_SMUDGE`: whoever sets it wants pointers.
  package static var skipsSmudging: Bool {
    processEnvironment("GIT_LFS_SKIP_SMUDGE").map { !["", "0", "false", "no", "off", "f"].contains($0.lowercased()) }
      ?? false
  }
}

extension FetchError {
  /// The stored bytes are not the content of the file.
  static func transformed(_ name: String, by transformation: Pointer.Extension) -> FetchError {
    FetchError(
      .usage, "the content of `\(name.escapingControls)` is stored in a transformed form",
      causes: ["its LFS pointer names the extension `\(transformation.name.escapingControls)`"],
      hint: "set `lfs.extension.\(transformation.name.escapingControls).smudge` to the program that turns it back"
    )
    .inGitLFS("extension '\(transformation.name.escapingControls)' is not configured")
  }
}

extension LFSRepository {
  /// Whether the extensions that the pointer names are configured: else its object need not be fetched.
  func checkExtensions(of pointer: Pointer, _ name: String) throws(FetchError) {
    guard !pointer.extensions.isEmpty else { return }
    let known = Set(settings.extensions.map(\.name))
    if let stranger = pointer.extensions.first(where: { !known.contains($0.name) }) {
      throw .transformed(name, by: stranger)
    }
  }

  /// What the extensions make of the object in `file`.
  func untransformed(
    _ file: String, _ pointer: Pointer, at path: [UInt8]
  ) throws(FetchError) -> TemporaryFile {
    let object = try inMedia { () throws(FileError) in try File.open(file, .read) }
    return try Transformation(folder: temporaryFolder, media: media, path: path)
      .smudge(object, pointer, by: settings.extensions)
  }

  /// The file with an object's content, when it is on this machine; the media folder then has it, too.
  package func localFile(of oid: SHA256Digest, size: Int64) throws(FetchError) -> String? {
    try inMedia { () throws(FileError) in
      if try media.contains(oid, size: size) { return media.path(of: oid) }
      if try !store.contains(oid, size: size), try !media.adopt(oid, size: size) { return nil }
      try media.link(oid)
      return media.path(of: oid)
    }
  }

  /// The same for somebody who waits to read it: the media folder gets it meanwhile; `finishLinks` waits for that.
  func readableFile(of oid: SHA256Digest, size: Int64) throws(FetchError) -> String? {
    try inMedia { () throws(FileError) in
      if try media.contains(oid, size: size) { return media.path(of: oid) }
      if try !store.contains(oid, size: size), try !media.adopt(oid, size: size) { return nil }
      arrivals.link(oid)
      return store.path(of: oid)
    }
  }

  func finishLinks() async throws(FetchError) {
    let unlinked = await arrivals.finish().failed
    try inMedia { () throws(FileError) in
      for oid in unlinked { try media.link(oid) }
    }
  }

  /// The remote that is asked when none is named, and the reference that it is asked for.
  package var defaultRemote: String { settings.defaultRemote(branch: head.branch) }
  package var defaultReference: String? { settings.upstream(of: head.branch) }
}

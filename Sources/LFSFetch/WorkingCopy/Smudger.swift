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
    /// The content of the object, a file of this machine.
    case file(String, size: Int64)
    /// The object has to be fetched.
    case missing(LFSRepository.WantedObject)
  }

  /// `path` may be empty where git does not tell it.
  package func outcome(of blob: [UInt8], at path: [UInt8]) throws(FetchError) -> Outcome {
    guard !skips, !blob.isEmpty, selection.contains(path) || path.isEmpty else { return .asItIs }
    guard let pointer = try? Pointer.parse(blob) else { return .noPointer }
    let name = path.isEmpty ? "sha256:\(pointer.oid)" : String(decoding: path, as: UTF8.self)
    if let transformation = pointer.extensions.first { throw .transformed(name, by: transformation) }
    guard pointer.size > 0 else { return .file("/dev/null", size: 0) }
    if let file = try repository.readableFile(of: pointer.oid, size: pointer.size) {
      return .file(file, size: pointer.size)
    }
    return .missing(.init(oid: pointer.oid, size: pointer.size, name: name))
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
      hint: "check it out with git-lfs and that extension installed")
  }
}

extension LFSRepository {
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
    let (isLinked, isStored) = try inMedia { () throws(FileError) in
      if try media.contains(oid, size: size) { return (true, true) }
      return (false, try store.contains(oid, size: size))
    }
    if isLinked { return media.path(of: oid) }
    guard isStored else { return try localFile(of: oid, size: size) }
    arrivals.link(oid)
    return store.path(of: oid)
  }

  func finishLinks() async throws(FetchError) {
    let unlinked = await arrivals.finish()
    try inMedia { () throws(FileError) in
      for oid in unlinked { try media.link(oid) }
    }
  }

  /// The remote that is asked when none is named, and the reference that it is asked for.
  package var defaultRemote: String { settings.defaultRemote(branch: head.branch) }
  package var defaultReference: String? { settings.upstream(of: head.branch) }
}

import Files
import Git

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder into which files are put, and outside of which nothing ever is.
///
/// Every step down is made from an open folder and refuses symbolic links (CVE-2021-21300, CVE-2025-26625), so it
/// does not matter what somebody plants in the folder, or when. A file is made under a temporary name beside its
/// place and renamed: it is there whole or not at all.
final class TargetFolder {
  private let root: Folder
  /// The folder that was last gone down to: files come folder by folder.
  private var last: (components: [[UInt8]], folder: Folder)?
  /// Until the file system has refused.
  private var canShareBlocks = true

  /// Makes the folder when it is not there. The folder itself, which the user names, may be a link.
  convenience init(making path: String) throws(FileError) {
    try Directory.create(path)
    try self.init(path)
  }

  /// The folder must be there.
  init(_ path: String) throws(FileError) {
    root = try Folder(path)
  }

  enum Content {
    /// A link or copy of this file, as the kind says.
    case file(String, LinkKind)
    /// Shares blocks where possible, else is a copy.
    case reflinkOrCopy(String)
    /// This copy, which may be moved here; else a copy of the file.
    case earlyCopy(EarlyCopy, String)
    case bytes([UInt8])
    case symlink([UInt8])
  }

  var path: String { root.path }

  func path(of file: RepositoryPath) -> String { root.path + "/" + file.string }

  /// What is there, links not followed; nil for nothing.
  func status(of path: RepositoryPath) throws(FileError) -> FileStatus? {
    try parent(of: path, making: false)?.status(of: path.name)
  }

  /// Opens what is there for reading.
  func open(_ path: RepositoryPath) throws(FileError) -> File? {
    try parent(of: path, making: false)?.open(path.name)
  }

  func linkTarget(of path: RepositoryPath) throws(FileError) -> [UInt8]? {
    try parent(of: path, making: false)?.linkTarget(of: path.name)
  }

  /// What the folder of these components tells of the names in it.
  func names(in components: [[UInt8]]) throws(FileError) -> [[UInt8]] {
    var folder = root
    for component in components {
      guard let below = try folder.enter(component) else { return [] }
      folder = below
    }
    return try folder.list()
  }

  /// Makes the file, replacing what was there. `permissions` do not apply to hard and symbolic links.
  func put(_ content: Content, at path: RepositoryPath, permissions: UInt16) throws(FileError) {
    guard let parent = try parent(of: path, making: true) else {
      throw FileError("create", self.path(of: path))
    }
    // A hard link appears at once and whole, so where nothing is yet it needs no temporary name.
    if case .file(let source, .hardlink) = content, try parent.link(source, as: path.name) { return }
    if case .earlyCopy(let copy, _) = content, try copy.move(into: parent, as: path.name) { return }
    let temporary = Array(temporaryName(beside: "x").utf8)
    do throws(FileError) {
      try make(content, named: temporary, in: parent, permissions: permissions)
      try parent.rename(temporary, to: path.name)
      // Renaming one hard link over another of the same file does nothing, and leaves both names.
      if case .file(_, .hardlink) = content { try parent.remove(temporary) }
    } catch {
      try? parent.remove(temporary)
      throw error
    }
  }

  private func make(
    _ content: Content, named name: [UInt8], in parent: Folder, permissions: UInt16
  ) throws(FileError) {
    switch content {
    case .file(let source, .hardlink): _ = try parent.link(source, as: name)
    case .file(let target, .symlink): try parent.linkSymbolically(to: Array(target.utf8), as: name)
    case .symlink(let target): try parent.linkSymbolically(to: target, as: name)
    case .file(let source, .reflink): try parent.clone(source, as: name, permissions: permissions)
    case .file(let source, .copy):
      try parent.create(name, permissions: permissions).copy(try File.open(source, .read))
    case .reflinkOrCopy(let source), .earlyCopy(_, let source):
      if canShareBlocks {
        do throws(FileError) {
          return try parent.clone(source, as: name, permissions: permissions)
        } catch { canShareBlocks = false }
      }
      try parent.create(name, permissions: permissions).copy(try File.open(source, .read))
    case .bytes(let bytes): try parent.create(name, permissions: permissions).write(bytes, at: 0)
    }
  }

  /// Makes a file as old as that many seconds.
  func setAge(_ seconds: Int, of path: RepositoryPath) throws(FileError) {
    try parent(of: path, making: false)?.setAge(seconds, of: path.name)
  }

  /// The open folder in which the file lies; nil when it is not there and is not to be made.
  private func parent(of path: RepositoryPath, making: Bool) throws(FileError) -> Folder? {
    let components = Array(path.components.dropLast())
    if let last, last.components == components { return last.folder }
    var folder = root
    for component in components {
      if making { try folder.makeFolder(component) }
      guard let below = try folder.enter(component) else { return nil }
      folder = below
    }
    last = (components, folder)
    return folder
  }
}

extension RepositoryPath {
  var name: [UInt8] { components.last ?? [] }
}

/// For work trees.
extension TargetFolder {
  /// Makes an empty folder; fine when it is there.
  func makeFolder(_ path: RepositoryPath) throws(FileError) {
    try parent(of: path, making: true)?.makeFolder(path.name)
  }

  /// Removes the file, and the folders above it that are empty then, unless it is no longer what it was; returns whether
  /// it is gone.
  func remove(_ path: RepositoryPath, ifStill former: FileStatus?) throws(FileError) -> Bool {
    let folders = try folders(above: path)
    guard try folders.last?.remove(path.name, ifStill: former) ?? true else { return false }
    for (folder, name) in zip(folders, path.components.dropLast()).reversed() {
      guard try folder.enter(name)?.list().isEmpty == true else { return true }
      try folder.removeFolder(name)
      last = nil
    }
    return true
  }

  /// The open folders from the root down to the one in which the file lies; none when it is not there.
  private func folders(above path: RepositoryPath) throws(FileError) -> [Folder] {
    var folders = [root]
    for component in path.components.dropLast() {
      guard let below = try folders[folders.count - 1].enter(component) else { return [] }
      folders.append(below)
    }
    return folders
  }
}

extension Folder {
  /// Nobody can be kept from writing to the file between a look at it and its removal. So it is moved aside first: then
  /// whoever writes under its name makes another file, which stays, and what was written until then shows.
  fileprivate func remove(_ name: [UInt8], ifStill former: FileStatus?) throws(FileError) -> Bool {
    guard let present = try status(of: name) else { return true }
    guard let former, present.isSameFile(as: former) else { return false }
    let aside = Array(temporaryName(beside: "x").utf8)
    do throws(FileError) { try rename(name, to: aside) } catch {
      guard error.errno == ENOENT else { throw error }
      return true
    }
    if try status(of: aside)?.isSameFile(as: former) != true, try status(of: name) == nil {
      try rename(aside, to: name)
      return false
    }
    try remove(aside)
    return try status(of: name) == nil
  }
}

extension FileStatus {
  /// As far as a look without reading tells.
  fileprivate func isSameFile(as other: FileStatus) -> Bool {
    inode == other.inode && modified == other.modified && size == other.size
  }
}

import Files
import Git
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The objects of one repository, `.git/lfs/objects`, in git-lfs's own layout, so that both can be used in turn.
///
/// An object is one file on the disk as far as the file system allows: what is here shares its blocks with the store
/// (a reflink), else is a hard link to it, else, on another disk, a copy.
package final class MediaFolder: Sendable {
  package let path: String
  /// The same folders of the repositories that this one borrows from.
  package let references: [String]
  private let store: ObjectStore
  private let access: SharedAccess
  /// Until the first attempt shows that the file system has none.
  private let hasReflinks = Mutex(true)

  init(storage: String, access: SharedAccess = .umask, references: [String], store: ObjectStore) {
    path = storage + "/objects"
    self.access = access
    self.references = references
    self.store = store
  }

  /// That of a repository, with those of the repositories that it borrows from.
  convenience init(of layout: WorkingRepository.Layout, _ settings: LFSSettings, store: ObjectStore) {
    self.init(
      storage: settings.storage(of: layout), access: SharedAccess(settings.config),
      references: layout.alternates.compactMap { $0.parentFolder.map { $0 + "/lfs/objects" } }, store: store)
  }

  /// Where git-lfs looks for the objects of a clone that we make, whose folder of git's this is.
  convenience init(of gitFolder: String, store: ObjectStore) {
    self.init(storage: gitFolder + "/lfs", references: [], store: store)
  }

  package func path(of oid: SHA256Digest) -> String { path + "/" + Self.name(of: oid) }

  private static func name(of oid: SHA256Digest) -> String {
    let hex = oid.hex
    return "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
  }

  /// Whether the whole object is here; bytes are not looked at.
  package func contains(_ oid: SHA256Digest, size: Int64?) throws(FileError) -> Bool {
    try Self.holds(path(of: oid), size: size)
  }

  /// Whether a folder of this layout has the object.
  static func holds(_ object: Batch.Object, in folder: String) throws(FileError) -> Bool {
    try holds(folder + "/" + name(of: object.oid), size: object.size)
  }

  private static func holds(_ path: String, size: Int64?) throws(FileError) -> Bool {
    guard let status = try FileStatus.of(path), status.kind == .file else { return false }
    return size == nil || status.size == size
  }

  /// Takes the object from the store.
  func link(_ oid: SHA256Digest) throws(FileError) {
    try share(store.path(of: oid), as: path(of: oid))
  }

  /// Makes the store hold an object that this repository, or one that it borrows from, already has: its bytes are
  /// read once to prove them. One that has several names is copied: somebody may write to it by another one, such as
  /// that of a file in a work tree. False where there is none, or one that is damaged.
  func adopt(_ oid: SHA256Digest, size: Int64) throws(FileError) -> Bool {
    for folder in [path] + references {
      let path = folder + "/" + Self.name(of: oid)
      guard try Self.holds(path, size: size) else { continue }
      let temporary = temporaryName(beside: store.path(of: oid))
      do throws(FileError) {
        // What is hashed is what will be the object, whatever happens to the name meanwhile.
        if try FileStatus.of(path)?.links == 1 {
          try share(path, as: temporary)
        } else {
          try copy(path, as: temporary)
        }
        let file = try File.open(temporary, .read)
        if try hashFile(file) == oid {
          try store.adopt(file, as: oid)
          return true
        }
        try removeFile(temporary)
      } catch {
        try? removeFile(temporary)
        throw error
      }
    }
    return false
  }

  /// Gives the file a second name, making the folders above it.
  private func share(_ source: String, as target: String) throws(FileError) {
    if !hasReflinks.withLock({ $0 }), try linkWhereNothingIs(source, as: target) { return }
    let name = Array(target.lastPathComponent.utf8)
    let folder = try makingFolder(of: target)
    let temporary = Array(temporaryName(beside: "x").utf8)
    do throws(FileError) {
      if !clone(source, as: temporary, in: folder) {
        do throws(FileError) {
          // Where nothing is yet a hard link is there at once and whole.
          if try folder.link(source, as: name) { return }
          if try folder.status(of: name)?.inode == FileStatus.of(source)?.inode { return }
          _ = try folder.link(source, as: temporary)
        } catch {
          guard [EMLINK, EPERM, EOPNOTSUPP, EXDEV].contains(error.errno) else { throw error }
          try folder.create(temporary, permissions: 0o444).copy(try File.open(source, .read))
        }
      }
      try folder.rename(temporary, to: name)
      // Renaming one hard link over another of the same file does nothing, and leaves both names.
      try folder.remove(temporary)
    } catch {
      try? folder.remove(temporary)
      throw error
    }
  }

  /// A file of its own with the same content, which shares the blocks where the file system can.
  private func copy(_ source: String, as target: String) throws(FileError) {
    let name = Array(target.lastPathComponent.utf8)
    let folder = try makingFolder(of: target)
    if !clone(source, as: name, in: folder) {
      try folder.create(name, permissions: 0o444).copy(try File.open(source, .read))
    }
  }

  /// A hard link is there at once and whole. False where it cannot be made so.
  private func linkWhereNothingIs(_ source: String, as target: String) throws(FileError) -> Bool {
    do throws(FileError) { return try linkFile(source, as: target) } catch {
      guard error.isNotFound else { return false }
    }
    try access.makeFolder(target.parentFolder ?? ".")
    do throws(FileError) { return try linkFile(source, as: target) } catch { return false }
  }

  /// Whether a reflink was made.
  private func clone(_ source: String, as name: [UInt8], in folder: Folder) -> Bool {
    guard hasReflinks.withLock({ $0 }) else { return false }
    do throws(FileError) { try folder.clone(source, as: name, permissions: 0o444) } catch {
      hasReflinks.withLock { $0 = false }
      return false
    }
    return true
  }

  private func makingFolder(of path: String) throws(FileError) -> Folder {
    let parent = path.parentFolder ?? "."
    do throws(FileError) { return try Folder(parent) } catch {
      guard error.isNotFound else { throw error }
      try access.makeFolder(parent)
      return try Folder(parent)
    }
  }

  /// Makes a folder beside this one, such as that of files which are not finished.
  func makeFolder(beside path: String) throws(FileError) { try access.makeFolder(path) }
}

extension MediaFolder {
  /// Every object that is here, with its size.
  package func all() throws(FileError) -> [(oid: SHA256Digest, size: Int64)] {
    var found: [(oid: SHA256Digest, size: Int64)] = []
    for first in try Directory.list(path) where first.utf8.count == 2 {
      for second in try Directory.list(path + "/" + first) where second.utf8.count == 2 {
        for name in try Directory.list("\(path)/\(first)/\(second)") {
          guard let oid = SHA256Digest(hex: name), let status = try FileStatus.of(self.path(of: oid)) else { continue }
          found.append((oid, status.size))
        }
      }
    }
    return found
  }

  /// Makes a file whose bytes hash to `oid` the object of that name; it lies in this folder's file system.
  func keep(_ temporary: String, as oid: SHA256Digest) throws(FileError) {
    let target = path(of: oid)
    _ = try makingFolder(of: target)
    try access.apply(toFile: temporary)
    try renameFile(temporary, to: target)
  }
}

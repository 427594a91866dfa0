import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The LFS objects of a clone, where git-lfs looks for them: `lfs/objects` in git's folder. They are further names of
/// the store's files and take no room on the disk, except where the two are on different disks.
struct ClonedObjects {
  let gitFolder: String
  let store: ObjectStore

  func path(of oid: SHA256Digest) -> String {
    let hex = oid.hex
    return "\(gitFolder)/lfs/objects/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
  }

  /// The object must be in the store.
  func link(_ oid: SHA256Digest) throws(FileError) {
    let target = path(of: oid)
    guard let parent = target.parentFolder else { return }
    try Directory.create(parent)
    let folder = try Folder(parent)
    let source = store.path(of: oid)
    let name = Array(oid.hex.utf8)
    do throws(FileError) {
      _ = try folder.link(source, as: name)
    } catch {
      guard [EMLINK, EPERM, EOPNOTSUPP, EXDEV].contains(error.errno) else { throw error }
      let temporary = Array(temporaryName(beside: "x").utf8)
      do throws(FileError) {
        do throws(FileError) { try folder.clone(source, as: temporary, permissions: 0o444) } catch {
          try folder.create(temporary, permissions: 0o444).copy(try File.open(source, .read))
        }
        try folder.rename(temporary, to: name)
      } catch {
        try? folder.remove(temporary)
        throw error
      }
    }
  }
}

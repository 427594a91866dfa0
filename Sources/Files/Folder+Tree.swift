import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder with all that is in it, by names as bytes.
extension Folder {
  /// The names in the folder, without `.` and `..`.
  package func list() throws(FileError) -> [[UInt8]] {
    // The stream takes the descriptor that it is given, and with it the position.
    let copy = call(Array(".".utf8)) { lf_openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
    guard copy >= 0, let stream = fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      throw FileError("list", path)
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names
  }

  /// Removes what has the name, a folder with all that is in it; links are removed, not followed. Fine when there is
  /// nothing.
  package func removeTree(_ name: [UInt8]) throws(FileError) {
    guard try status(of: name)?.kind == .folder else { return try remove(name) }
    guard let folder = try enter(name) else { return }
    for inner in try folder.list() { try folder.removeTree(inner) }
    try removeFolder(name)
  }

  /// The folder must be empty; fine when it is not there.
  package func removeFolder(_ name: [UInt8]) throws(FileError) {
    guard call(name, { unlinkat(descriptor, $0, AT_REMOVEDIR) }) == 0 || errno == ENOENT else {
      throw FileError("remove", path(of: name))
    }
  }

  /// Moves what has the name into another folder of the same file system, where nothing has that name.
  package func move(_ name: [UInt8], into target: Folder) throws(FileError) {
    guard call(name, { renameat(descriptor, $0, target.descriptor, $0) }) == 0 else {
      throw FileError("move to", target.path(of: name))
    }
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The content of a small file at once.
package func readFile(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
  try File.open(path, .read).readAll(limit: limit)
}

/// The content of a file whose size the system does not tell, as below `/proc`; at most one page.
package func readPseudoFile(_ path: String) throws(FileError) -> [UInt8] {
  let file = try File.open(path, .read)
  var bytes = [UInt8](repeating: 0, count: 4096)
  let result: Result<Int, FileError> = bytes.withUnsafeMutableBytes { buffer in
    do throws(FileError) { return .success(try file.read(into: buffer, at: 0)) } catch { return .failure(error) }
  }
  bytes.removeLast(bytes.count - (try result.get()))
  return bytes
}

/// Gives the file new content in one step: whoever reads it sees the old or the new, never a part.
package func replaceFile(_ path: String, with bytes: [UInt8], permissions: UInt16 = 0o644) throws(FileError) {
  let temporary = temporaryName(beside: path)
  do throws(FileError) {
    let file = try File.open(temporary, .createNew(permissions: permissions))
    try file.write(bytes, at: 0)
    try renameFile(temporary, to: path)
  } catch {
    unlink(temporary)
    throw error
  }
}

/// The same for a file that a user wrote: its mode stays, links that lead to it are followed and stay, and its bytes are
/// on the disk when the name is.
package func rewriteFile(_ path: String, with bytes: [UInt8]) throws(FileError) {
  let target = path.realPath
  let mode = try FileStatus.of(target)?.permissions
  let temporary = temporaryName(beside: target)
  do throws(FileError) {
    let file = try File.open(temporary, .createNew(permissions: mode ?? 0o644))
    try file.write(bytes, at: 0)
    if let mode { try file.setPermissions(mode) }
    try file.syncFileSystem()
    try renameFile(temporary, to: target)
  } catch {
    unlink(temporary)
    throw error
  }
}

package func renameFile(_ source: String, to target: String) throws(FileError) {
  guard rename(source, target) == 0 else { throw FileError("rename to", target) }
}

/// A hard link to the file `source`; false when something of that name is there.
package func linkFile(_ source: String, as target: String) throws(FileError) -> Bool {
  if link(source, target) == 0 { return true }
  if errno == EEXIST { return false }
  throw FileError("link", target)
}

/// Fine when it is not there.
package func removeFile(_ path: String) throws(FileError) {
  guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
}

/// Says who may do what with a file or a folder.
package func setPermissions(_ permissions: UInt16, of path: String) throws(FileError) {
  guard chmod(path, mode_t(permissions)) == 0 else { throw FileError("change the mode of", path) }
}

/// A name in the same folder that no other process or thread uses.
package func temporaryName(beside path: String) -> String {
  let parent = path.utf8.contains(UInt8(ascii: "/")) ? path.parentFolder : nil
  let folder = parent.map { $0 == "/" ? "/" : $0 + "/" } ?? ""
  // Cut by bytes: that is how file systems limit a name.
  let name = String(decoding: path.lastPathComponent.utf8.prefix(80), as: UTF8.self)
  return folder + ".\(name).\(processInstance).\(temporaries.add(1, ordering: .relaxed).newValue).tmp"
}

private let temporaries = Atomic<UInt64>(0)

/// A name for this process among all that ever share a folder: process numbers come again, and containers and other
/// machines have the same ones.
package let processInstance = String(UInt64.random(in: .min ... .max), radix: 36)

import Files

/// Writes a program that a test then runs. A process of its own writes it: had this one the file open, a program that
/// another test starts at that moment would have it open, too, and the system runs no file that is open for writing.
@discardableResult
package func writeProgram(_ text: String, to path: String) throws -> String {
  if let folder = path.parentFolder { try Directory.create(folder) }
  let writer = try ChildProcess(try Program("/bin/sh", ["-c", #"cat >"$0" && chmod 755 "$0""#, path]))
  try writer.write(Array(text.utf8))
  writer.closeInput()
  guard writer.wait() == .exited(0) else { throw FileError("write", path) }
  return path
}

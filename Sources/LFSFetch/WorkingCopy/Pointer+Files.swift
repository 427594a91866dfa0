import Files
import Git
import Text

/// Pointers of files on the disk, for `lfsfetch pointer`.
extension Pointer {
  /// What a repository would hold in place of the file.
  package static func standing(for path: String) throws(FetchError) -> Pointer {
    try reading(path) { () throws(FileError) in
      guard let status = try FileStatus.of(path) else { throw FileError("open", path, errno: 2) }
      return Pointer(oid: try hashFile(path), size: status.size)
    }
  }

  /// The bytes of a file that may be a pointer, or of standard input; of a larger one only the beginning, because it
  /// is none.
  package static func candidate(at path: String?) throws(FetchError) -> [UInt8] {
    try reading(path ?? "standard input") { () throws(FileError) in
      var bytes = [UInt8](repeating: 0, count: sizeLimit + 1)
      var failure: FileError?
      let count = bytes.withUnsafeMutableBytes { buffer in
        do throws(FileError) {
          guard let path else { return try ByteStream.standardInput.fill(buffer) }
          return try File.open(path, .read).read(into: buffer, at: 0)
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      return Array(bytes.prefix(count))
    }
  }

  /// Whether it is a pointer, and one that is written as the specification wants it.
  package static func judge(_ bytes: [UInt8]) -> (isPointer: Bool, isCanonical: Bool) {
    guard let pointer = try? parse(bytes) else { return (false, false) }
    return (true, pointer.text.utf8.elementsEqual(bytes))
  }

  /// The name that git gives to these bytes.
  package static func gitName(of bytes: [UInt8]) -> String { ObjectID.digest(of: bytes).hex }

  private static func reading<Value>(
    _ path: String, _ body: () throws(FileError) -> Value
  ) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(
        error.isNotFound ? .notFound : .disk, "cannot read `\(path.escapingControls)`", causes: [error.reason]
      ).inGitLFS("open \(path.escapingControls): \(error.reason.lowercased())")
    }
  }
}

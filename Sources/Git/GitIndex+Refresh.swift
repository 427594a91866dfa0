import CCrypto
import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension GitIndex {
  /// Writes into the index file what the work tree's files are like now, so that git need not read them again: only
  /// the ten numbers of each entry change, all else stays byte for byte, but for a split index, which becomes one file:
  /// where git is to split it (`core.splitIndex`), it does so again. Nothing happens when the index has changed
  /// since it was read, or somebody else is changing it; git then looks at the files itself.
  ///
  /// A file as young as the index could have been changed in the same second, and git would read it again to be
  /// sure: whoever writes files that are to be trusted gives them an older time.
  package func refresh(_ statuses: [(entry: Entry, status: FileStatus)], in path: String) throws(GitError) {
    guard !statuses.isEmpty else { return }
    var bytes = bytes
    for (entry, status) in statuses {
      var fields: [UInt32] = [
        UInt32(truncatingIfNeeded: status.changed / 1_000_000_000),
        UInt32(truncatingIfNeeded: status.changed % 1_000_000_000),
        UInt32(truncatingIfNeeded: status.modified / 1_000_000_000),
        UInt32(truncatingIfNeeded: status.modified % 1_000_000_000),
        UInt32(truncatingIfNeeded: status.device), UInt32(truncatingIfNeeded: status.inode),
      ]
      // The mode is the commit's, not the disk's.
      fields += [number(at: entry.offset + 24), status.user, status.group, UInt32(truncatingIfNeeded: status.size)]
      for (index, field) in fields.enumerated() {
        for byte in 0..<4 {
          bytes[entry.offset + index * 4 + byte] = UInt8(truncatingIfNeeded: field >> (24 - byte * 8))
        }
      }
    }
    try replace(path, with: bytes)
  }

  /// Makes a split index, a sparse one that was unfolded, and one without a checksum, what libgit2 can read.
  func makeWhole(in path: String) throws(GitError) {
    let contents = try IndexReader.contents(of: bytes)
    let entries = entries.map { IndexWriter.Entry($0, in: bytes) }
    let whole = IndexWriter.index(entries, extensions: contents.lasting(in: bytes))
    guard try replace(path, with: whole, isSigned: true) else {
      throw GitError(
        .disk, "cannot write git's index `\(path.escapingControls)`",
        cause: "the index is locked, or was changed meanwhile")
    }
  }

  /// Unless it is another by now, or somebody is changing it. Tells whether it has.
  @discardableResult
  private func replace(_ path: String, with bytes: [UInt8], isSigned: Bool? = nil) throws(GitError) -> Bool {
    var bytes = bytes
    // Zeros stand there with git's `index.skipHash`.
    if isSigned ?? original.suffix(ObjectID.byteCount).contains(where: { $0 != 0 }) { Self.sign(&bytes) }
    do throws(FileError) {
      let lock = path + ".lock"
      let file: File
      do throws(FileError) { file = try File.open(lock, .createNew(permissions: 0o644)) } catch {
        if error.errno == EEXIST { return false }
        throw error
      }
      do throws(FileError) {
        guard try readFile(path, limit: 1 << 30) == original else {
          try removeFile(lock)
          return false
        }
        if let old = try FileStatus.of(path) { try file.setPermissions(old.permissions) }
        try file.write(bytes, at: 0)
        try renameFile(lock, to: path)
        return true
      } catch {
        try? removeFile(lock)
        throw error
      }
    } catch { throw GitError(error) }
  }

  /// The last twenty bytes are the SHA-1 of all before.
  private static func sign(_ bytes: inout [UInt8]) {
    let end = bytes.count - ObjectID.byteCount
    var digest = [UInt8](repeating: 0, count: ObjectID.byteCount)
    EVP_Digest(bytes, end, &digest, nil, EVP_sha1(), nil)
    bytes.replaceSubrange(end..., with: digest)
  }
}

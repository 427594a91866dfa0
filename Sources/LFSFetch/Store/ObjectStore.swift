import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The content of LFS objects, each once, named by its SHA-256, read-only. What has its final name here is proven.
///
/// `adopt` is the only way in: it takes a file whose bytes were hashed by this process, and a rename makes it
/// visible at once and whole.
///
/// Durability costs one sync for a command, not one for each object. Objects are visible before that sync, so a
/// power failure in between could leave a name without its bytes; `RunMarker` finds those names afterwards.
package struct ObjectStore: Sendable {
  package let cache: Cache

  package init(_ cache: Cache) { self.cache = cache }

  package func path(of oid: SHA256Digest) -> String {
    let hex = oid.hex
    return "\(cache.objects)/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  /// The checksums of a large object's chunks.
  package func journalPath(of oid: SHA256Digest) -> String { cache.checksums + "/" + oid.hex }

  /// Whether the object is there. The size is checked too: it is free, and a shortened file is the usual damage.
  package func contains(_ oid: SHA256Digest, size: Int64?) throws(FileError) -> Bool {
    guard let status = try FileStatus.of(path(of: oid)), status.kind == .file else { return false }
    return size == nil || status.size == size
  }

  /// Makes the file `temporary`, whose bytes hash to `oid`, the object of that name.
  package func adopt(_ temporary: File, as oid: SHA256Digest) throws(FileError) {
    try temporary.setPermissions(0o444)
    let target = path(of: oid)
    try makingFolder(of: target) { () throws(FileError) in try renameFile(temporary.path, to: target) }
  }

  /// A new file beside the object's place, to be filled and adopted, or removed. In the same folder, because the
  /// system makes renames between folders wait for each other.
  package func makeTemporary(for oid: SHA256Digest) throws(FileError) -> File {
    let target = path(of: oid)
    return try makingFolder(of: target) { () throws(FileError) in
      try File.open(temporaryName(beside: target), .createNew(permissions: 0o444))
    }
  }

  /// The folders are made when they are first missed.
  private func makingFolder<Value>(of path: String, _ body: () throws(FileError) -> Value) throws(FileError) -> Value {
    do throws(FileError) {
      return try body()
    } catch {
      guard error.isNotFound, let folder = path.parentFolder else { throw error }
      try Directory.create(folder)
      return try body()
    }
  }

  /// Removes what a process that is dead left unfinished, anywhere in the cache.
  package func removeTemporaries(of process: String) throws(FileError) {
    try Self.removeTemporaries(of: process, below: cache.root)
  }

  private static func removeTemporaries(of process: String, below folder: String) throws(FileError) {
    for name in try Directory.list(folder) {
      let path = folder + "/" + name
      if name.ends(with: ".tmp") && name.has(".\(process).") {
        try Directory.remove(path)
      } else if try FileStatus.of(path)?.kind == .folder {
        try removeTemporaries(of: process, below: path)
      }
    }
  }

  package func remove(_ oid: SHA256Digest) throws(FileError) {
    try removeFile(path(of: oid))
    try removeFile(journalPath(of: oid))
  }

  /// Takes a damaged object out of the store and makes it a partial one, of which the sound chunks will be kept. It
  /// stays the same file, so that hard links to it are mended with it. Which they are, the checksums of its download
  /// tell, else the hashes of a lock.
  package func withdraw(_ oid: SHA256Digest, chunks: ChunkHashes? = nil) throws(FileError) {
    if let chunks, try FileStatus.of(journalPath(of: oid)) == nil, try FileStatus.of(path(of: oid)) != nil {
      try Directory.create(cache.checksums)
      try replaceFile(journalPath(of: oid), with: Array(try chunks.journal(of: path(of: oid)).utf8))
    }
    guard try FileStatus.of(journalPath(of: oid)) != nil, try FileStatus.of(path(of: oid)) != nil else {
      return try remove(oid)
    }
    let partial = PartialObject.path(of: oid, in: cache)
    try Directory.create(cache.partial)
    try File.open(path(of: oid), .read).setPermissions(0o600)
    try renameFile(journalPath(of: oid), to: partial + ".journal")
    try renameFile(path(of: oid), to: partial)
  }

  /// Every object of the store with its size.
  package func all() throws(FileError) -> [(oid: SHA256Digest, size: Int64)] {
    var found: [(oid: SHA256Digest, size: Int64)] = []
    for prefix in try Directory.list(cache.objects) where prefix.utf8.count == 2 {
      for rest in try Directory.list(cache.objects + "/" + prefix) {
        guard let oid = SHA256Digest(hex: prefix + rest), let status = try FileStatus.of(path(of: oid)) else {
          continue
        }
        found.append((oid, status.size))
      }
    }
    return found
  }

  /// Hashes the object as it is on the disk.
  package func hash(_ oid: SHA256Digest) throws(FileError) -> SHA256Digest {
    try hashFile(path(of: oid))
  }
}

/// Reads a file from its beginning to its end through SHA-256.
package func hashFile(_ path: String) throws(FileError) -> SHA256Digest {
  try hashFile(try File.open(path, .read))
}

package func hashFile(_ file: File) throws(FileError) -> SHA256Digest {
  let hash = SHA256()
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
  defer { buffer.deallocate() }
  var offset: Int64 = 0
  while true {
    let count = try file.read(into: buffer, at: offset)
    hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    offset += Int64(count)
    if count < buffer.count { return hash.finish() }
  }
}

import Files
import HTTP

/// Takes the body of an object that is fetched with one request: hashes it as it arrives and writes it into a
/// temporary file, in a single write when it is small.
///
/// It is used by the curl thread while the transfer runs and by its task afterwards, never by both; that makes the
/// unchecked conformance true.
final class WholeObjectWriter: @unchecked Sendable {
  private let transfer: Transfer
  private let size: Int64?
  private let store: ObjectStore
  private let progress: ObjectProgress
  private let hash = SHA256()
  private var buffer: [UInt8] = []
  private var file: File?
  private var written: Int64 = 0
  private var received: Int64 = 0

  /// Not more, because there may be a hundred.
  static let bufferLimit = 64 << 10

  init(_ transfer: Transfer, store: ObjectStore, progress: ObjectProgress) {
    self.transfer = transfer
    size = transfer.knownSize
    self.store = store
    self.progress = progress
    buffer.reserveCapacity(Int(min(transfer.size, Int64(Self.bufferLimit))))
  }

  deinit { removeTemporary() }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard written + Int64(buffer.count + bytes.count) <= size ?? Pointer.largestObject else {
      throw TransferFault.unusable("the host sent more bytes than the object has")
    }
    buffer.append(contentsOf: bytes)
    progress.arrive(bytes.count)
    progress.keep(Int64(bytes.count))
    received += Int64(bytes.count)
    if buffer.count >= Self.bufferLimit { try flush() }
  }

  /// Takes all bytes of a file of this machine by sharing its blocks, and hashes what it then has. Whether the file
  /// system could.
  func share(_ source: File) throws -> Bool {
    let file = try makeTemporary()
    self.file = file
    guard (try? file.shareBlocks(of: source)) != nil else {
      removeTemporary()
      return false
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while case let count = try file.read(into: buffer, at: written), count > 0 {
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      written += Int64(count)
      received += Int64(count)
      progress.arrive(count)
      progress.keep(Int64(count))
    }
    return true
  }

  /// Makes the object visible in the store when its bytes are the right ones; returns what was not known of it before.
  func adopt() throws -> Learned? {
    try flush()
    guard written == size ?? written else {
      throw TransferFault.unusable("the host sent fewer bytes than the object has")
    }
    let digest = hash.finish()
    guard let file, digest == transfer.expected ?? digest else { throw WrongDigest(found: digest) }
    guard transfer.firstUse != nil else {
      try store.adopt(file, as: digest)
      self.file = nil
      return nil
    }
    if try store.contains(digest, size: written) {
      removeTemporary()
    } else {
      try store.adopt(file, as: digest)
      self.file = nil
    }
    return Learned(digest: digest, size: written)
  }

  /// What came will be fetched again.
  func abandon() {
    progress.keep(-received)
    received = 0
    removeTemporary()
  }

  private func removeTemporary() {
    if let file { try? removeFile(file.path) }
    file = nil
  }

  /// Where the hash is not known, nor is the object's place.
  private func makeTemporary() throws(FileError) -> File {
    if transfer.firstUse == nil { return try store.makeTemporary(for: transfer.oid) }
    let path = temporaryName(beside: PartialObject.path(of: transfer.oid, in: store.cache))
    return try File.open(path, .createNew(permissions: 0o444))
  }

  private func flush() throws {
    let file = try self.file ?? makeTemporary()
    self.file = file
    buffer.withUnsafeBytes { hash.update($0) }
    try file.write(buffer, at: written)
    written += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }
}

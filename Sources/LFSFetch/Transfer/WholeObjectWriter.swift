import Files
import HTTP

/// Takes the body of an object that is fetched with one request: hashes it as it arrives and writes it into a
/// temporary file, in a single write when it is small.
///
/// It is used by the curl thread while the transfer runs and by its task afterwards, never by both; that makes the
/// unchecked conformance true.
final class WholeObjectWriter: @unchecked Sendable {
  private let oid: SHA256Digest
  private let size: Int64
  private let store: ObjectStore
  private let progress: ObjectProgress
  private let hash = SHA256()
  private var buffer: [UInt8] = []
  private var file: File?
  private var written: Int64 = 0
  private var received: Int64 = 0

  /// Not more, because there may be a hundred.
  private static let bufferLimit = 64 << 10

  init(_ transfer: Transfer, store: ObjectStore, progress: ObjectProgress) {
    oid = transfer.oid
    size = transfer.size
    self.store = store
    self.progress = progress
    buffer.reserveCapacity(Int(min(size, Int64(Self.bufferLimit))))
  }

  deinit { removeTemporary() }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard written + Int64(buffer.count + bytes.count) <= size else {
      throw TransferFault.unusable("the host sent more bytes than the object has")
    }
    buffer.append(contentsOf: bytes)
    progress.arrive(bytes.count)
    progress.keep(Int64(bytes.count))
    received += Int64(bytes.count)
    if buffer.count >= Self.bufferLimit { try flush() }
  }

  /// Makes the object visible in the store when its bytes are the right ones.
  func adopt() throws {
    try flush()
    guard written == size else { throw TransferFault.unusable("the host sent fewer bytes than the object has") }
    guard hash.finish() == oid else { throw TransferFault.corrupt }
    guard let file else { throw TransferFault.corrupt }
    try store.adopt(file, as: oid)
    self.file = nil
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

  private func flush() throws {
    let file = try self.file ?? store.makeTemporary(for: oid)
    self.file = file
    buffer.withUnsafeBytes { hash.update($0) }
    try file.write(buffer, at: written)
    written += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }
}

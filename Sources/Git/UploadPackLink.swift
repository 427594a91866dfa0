import HTTP

/// How requests to the upload-pack of one repository travel, and how answers come back: over HTTP, or to a process
/// behind ssh. What requests and answers are is the same for both, and is `UploadPack`'s.
protocol UploadPackLink: Sendable {
  /// Where it leads; what a server can do is remembered by it.
  var origin: Origin { get }

  /// The whole answer to a request for references, which only protocol v2 has.
  func ask(_ request: [UInt8]) async throws(GitError) -> [UInt8]

  /// The answer to a fetch, fed to a receiver while it arrives. A link that tries again makes a new receiver for that.
  /// Returns the one that got a whole answer, or what was wrong with the answer: another request may do better.
  func fetch(
    _ request: [UInt8], in version: Advertisement.Version, into receiver: @Sendable () throws(GitError) -> FetchReceiver
  ) async throws(GitError) -> Result<FetchReceiver, FetchFailure>
}

/// Feeds the bytes of one answer through `FetchResponse` into a `PackIndexer`.
///
/// Unchecked Sendable for the same reason as `PackIndexer`: first the thread has it on which the bytes arrive, then the
/// caller.
final class FetchReceiver: @unchecked Sendable {
  let pack: PackIndexer
  private var response: FetchResponse

  init(_ response: FetchResponse, _ pack: PackIndexer) {
    self.response = response
    self.pack = pack
  }

  /// Throws `FetchFailure`, or `GitError` where the pack cannot be kept.
  func consume(_ bytes: UnsafeRawBufferPointer) throws {
    try response.consume(bytes) { try pack.append($0) }
  }

  /// Whether the answer is complete; a connection that goes on existing has no other end.
  var isOver: Bool { response.isOver }

  /// The commits whose parents were left out.
  var shallow: [ObjectID] { response.shallow }

  /// What is wrong with an answer that came to its end.
  var disappointment: FetchFailure? {
    do throws(FetchFailure) {
      try response.finish()
      return nil
    } catch {
      return error
    }
  }
}

import Synchronization

/// Objects of one source that become known one after another, for one run of the engine: it begins with the first of
/// them, and is over when the last has come.
final class ObjectIntake: Sendable {
  let transfers: AsyncStream<[Transfer]>
  private let source: Source
  private let continuation: AsyncStream<[Transfer]>.Continuation
  private let told = Mutex<[LFSRepository.WantedObject]>([])

  init(_ source: Source) {
    self.source = source
    (transfers, continuation) = AsyncStream.makeStream()
  }

  /// None of them is on this machine.
  func add(_ objects: [LFSRepository.WantedObject]) {
    told.withLock { $0 += objects }
    continuation.yield(objects.map { Transfer(oid: $0.oid, size: $0.size, name: $0.name, sources: [source]) })
  }

  func end() { continuation.finish() }

  /// All that there have been.
  var objects: [LFSRepository.WantedObject] { told.withLock { $0 } }
}

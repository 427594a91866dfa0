import Synchronization

/// Objects that become known one after another, for one run of the engine: it begins with the first of them, and is
/// over when the last has come.
final class ObjectIntake: Sendable {
  private struct State {
    var told: [LFSRepository.WantedObject] = []
    /// nil before the run has begun.
    var sources: [Source]?
  }

  let transfers: AsyncStream<[Transfer]>
  private let continuation: AsyncStream<[Transfer]>.Continuation
  private let state = Mutex(State())

  init() { (transfers, continuation) = AsyncStream.makeStream() }

  /// None of them is on this machine.
  func add(_ objects: [LFSRepository.WantedObject]) {
    state.withLock { state in
      state.told += objects
      if let sources = state.sources { pass(objects, sources) }
    }
  }

  /// Now it is known where they are to be had.
  func begin(from sources: [Source]) {
    state.withLock { state in
      state.sources = sources
      pass(state.told, sources)
    }
  }

  func end() { continuation.finish() }

  /// All that there have been.
  var objects: [LFSRepository.WantedObject] { state.withLock { $0.told } }

  private func pass(_ objects: [LFSRepository.WantedObject], _ sources: [Source]) {
    continuation.yield(objects.map { Transfer(oid: $0.oid, size: $0.size, name: $0.name, sources: sources) })
  }
}

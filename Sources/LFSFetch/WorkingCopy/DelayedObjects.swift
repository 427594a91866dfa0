import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What has become of objects that git waits for: told by the engine on any thread, waited for by the thread that
/// talks with git.
final class DelayedObjects: Sendable {
  private struct State {
    /// Asked for, and nothing known yet.
    var waiting: Set<SHA256Digest> = []
    var settled: [SHA256Digest: Result<Void, FetchError>] = [:]
  }

  private let state = Mutex(State())
  private let news = DispatchSemaphore(value: 0)

  func expect(_ objects: [SHA256Digest]) {
    state.withLock { $0.waiting.formUnion(objects) }
  }

  func expects(_ object: SHA256Digest) -> Bool { state.withLock { $0.waiting.contains(object) } }

  func receive(_ event: ProgressEvent) {
    guard case .objectFinished(let hex) = event, let oid = SHA256Digest(hex: hex) else { return }
    settle([oid: .success(())])
  }

  /// A run for these objects is over; other objects may be waited for still.
  func end(_ objects: [LFSRepository.WantedObject], _ failures: [SHA256Digest: FetchError]) {
    settle(objects) { failures[$0].map { .failure($0) } ?? .success(()) }
  }

  func end(_ objects: [LFSRepository.WantedObject], _ failure: FetchError) {
    settle(objects) { _ in .failure(failure) }
  }

  private func settle(
    _ objects: [LFSRepository.WantedObject], _ result: (SHA256Digest) -> Result<Void, FetchError>
  ) {
    settle(Dictionary(objects.map { ($0.oid, result($0.oid)) }) { first, _ in first })
  }

  private func settle(_ results: [SHA256Digest: Result<Void, FetchError>]) {
    state.withLock { state in
      for (oid, result) in results where state.waiting.remove(oid) != nil { state.settled[oid] = result }
    }
    news.signal()
  }

  /// To tell git of a file costs as much as to give it, so some are told of together where more are on their way.
  private static let crowd = 32
  private static let momentForCrowd: UInt32 = 3000

  /// What has been settled since the last call; waits until there is something, unless nothing is waited for, or
  /// nobody wants it any more, for which it looks twice a second.
  func take(unless isAbandoned: () -> Bool = { false }) -> [SHA256Digest: Result<Void, FetchError>] {
    while state.withLock({ $0.settled.isEmpty && !$0.waiting.isEmpty }) {
      if news.wait(timeout: .now() + .milliseconds(500)) == .timedOut, isAbandoned() { return [:] }
    }
    if state.withLock({ $0.settled.count < Self.crowd && !$0.waiting.isEmpty }) { usleep(Self.momentForCrowd) }
    return state.withLock { state in
      defer { state.settled = [:] }
      return state.settled
    }
  }
}

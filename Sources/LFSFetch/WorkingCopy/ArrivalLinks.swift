import Dispatch
import Files
import Synchronization

/// Gives objects their names in the media folder while somebody does something else, such as to wait for others that
/// are still on their way: for thousands of small ones it takes as long as their download.
final class ArrivalLinks: Sendable {
  /// What has been looked at.
  struct Outcome {
    var linked: Set<SHA256Digest> = []
    var failed: Set<SHA256Digest> = []
  }

  private let media: MediaFolder
  private let queue = DispatchQueue(label: "lfsfetch.media")
  private let outcome = Mutex(Outcome())

  init(_ media: MediaFolder) { self.media = media }

  func receive(_ event: ProgressEvent) {
    guard case .objectFinished(let hex) = event, let oid = SHA256Digest(hex: hex) else { return }
    link(oid)
  }

  func link(_ oid: SHA256Digest) {
    queue.async {
      let isLinked = (try? self.media.link(oid)) != nil
      self.outcome.withLock { outcome in
        _ = isLinked ? outcome.linked.insert(oid) : outcome.failed.insert(oid)
      }
    }
  }

  /// Waits until all that has come so far has been looked at.
  func finish() async -> Outcome {
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    return outcome.withLock { $0 }
  }
}

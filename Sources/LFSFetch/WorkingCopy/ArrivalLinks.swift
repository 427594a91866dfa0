import Dispatch
import Files
import Synchronization

/// Gives objects their names in the media folder while somebody does something else, such as to wait for others that
/// are still on their way: for thousands of small ones it takes as long as their download.
final class ArrivalLinks: Sendable {
  private let media: MediaFolder
  private let queue = DispatchQueue(label: "lfsfetch.media")
  private let failed = Mutex<Set<SHA256Digest>>([])

  init(_ media: MediaFolder) { self.media = media }

  func receive(_ event: ProgressEvent) {
    guard case .objectFinished(let hex) = event, let oid = SHA256Digest(hex: hex) else { return }
    link(oid)
  }

  func link(_ oid: SHA256Digest) {
    queue.async {
      do throws(FileError) { try self.media.link(oid) } catch { _ = self.failed.withLock { $0.insert(oid) } }
    }
  }

  /// Waits until all that has come so far has been looked at; returns what could not be linked.
  func finish() async -> Set<SHA256Digest> {
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    return failed.withLock { failed in
      defer { failed = [] }
      return failed
    }
  }
}

import Synchronization

/// How many bytes of one object have arrived; counted by the curl thread, read by whoever shows it.
package final class ObjectProgress: Sendable {
  /// Bytes that are in the file, those of an earlier run among them.
  private let kept = Atomic<Int64>(0)
  /// Bytes from the network, wasted ones included.
  private let arrived = Atomic<Int64>(0)
  private let shown = Atomic<Int64>(0)

  package init() {}

  /// Bytes came over the network.
  func arrive(_ bytes: Int) { arrived.wrappingAdd(Int64(bytes), ordering: .relaxed) }

  /// Bytes are in the file; or, where negative, turned out to be of no use.
  func keep(_ bytes: Int64) { kept.wrappingAdd(bytes, ordering: .relaxed) }

  /// All that came over the network for this object.
  package var downloaded: Int64 { arrived.load(ordering: .relaxed) }

  /// A figure to show: never smaller than the one before, never more than the object has; nil when it has not moved.
  func advance(limit: Int64) -> Int64? {
    let now = min(kept.load(ordering: .relaxed), limit)
    guard now > shown.load(ordering: .relaxed) else { return nil }
    shown.store(now, ordering: .relaxed)
    return now
  }
}

import Files
import Text

/// The disk is full: since when, and what is needed to go on.
struct LackOfRoom: Sendable {
  let since: ContinuousClock.Instant
  var needed: Int64
  var error: FetchError
  /// Not looked at before.
  var nextLook: ContinuousClock.Instant
  /// There seems to be room, and it is being tried: a quota, or a lack of inodes, shows only when something is written.
  var isTrying = false
  /// Each try that fails costs what was fetched for it.
  var interval: Duration = .seconds(1)

  static let longestInterval: Duration = .seconds(30)
}

/// A full disk: everything pauses until there is room, and nothing that has come is lost.
extension TransferEngine {
  /// Whether work can go on; looks for room when it has run out.
  func hasRoom(at now: ContinuousClock.Instant, isIdle: Bool) -> Bool {
    guard let lack = lackOfRoom else { return true }
    // Tried with one request.
    if lack.isTrying { return isIdle }
    if let patience = limits.patienceWithFullDisk, now - lack.since > patience {
      halt(lack.error)
      return false
    }
    guard now >= lack.nextLook else { return false }
    if let free = Directory.freeSpace(at: store.cache.root), free <= lack.needed {
      lackOfRoom?.nextLook = now + .seconds(1)
      wakeLane(at: now + .seconds(1))
      return false
    }
    lackOfRoom?.isTrying = true
    return isIdle
  }

  /// A write failed for want of room.
  func pauseForRoom(_ object: ObjectTransfer, _ error: FetchError) {
    if let total = Directory.totalSpace(at: store.cache.root), total < object.transfer.size {
      return halt(error.onTooSmallDisk(total, object.transfer.size))
    }
    guard limits.patienceWithFullDisk != .zero else { return halt(error) }
    let needed = object.partial == nil ? max(1 << 20, object.transfer.size) : 1 << 20
    if lackOfRoom == nil {
      report(
        .warning(
          "the disk of the cache `\(store.cache.root.escapingControls)` is full; what has come is kept, and the "
            + "download goes on when \(needed) bytes are free"))
      lackOfRoom = LackOfRoom(since: .now, needed: needed, error: error, nextLook: .now + .seconds(1))
    }
    guard var lack = lackOfRoom else { return }
    if lack.isTrying { lack.interval = min(lack.interval * 2, LackOfRoom.longestInterval) }
    lack.nextLook = .now + lack.interval
    (lack.needed, lack.error, lack.isTrying) = (needed, error, false)
    lackOfRoom = lack
    wakeLane(at: lack.nextLook)
  }

  /// Something was written. What was under way when the disk became full says nothing of the room that is needed.
  func foundRoom() {
    guard lackOfRoom?.isTrying == true else { return }
    lackOfRoom = nil
    report(.warning("there is room again; going on"))
  }
}

extension FetchError {
  /// No waiting helps.
  fileprivate func onTooSmallDisk(_ total: Int64, _ size: Int64) -> FetchError {
    FetchError(
      code, message, causes: causes + ["the whole file system of the cache has \(total) bytes, and the object \(size)"],
      hint: "`LFSFETCH_CACHE=FOLDER` puts the cache on another disk")
  }
}

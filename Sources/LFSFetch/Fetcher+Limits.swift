import Files
import HTTP
import Text

/// What holds a download back: the rate limit, which a file can change, and the hours that the user allows.
extension Fetcher {
  /// Keeps the rate limit at what the file `limit-rate` in the cache says, while `work` runs: so the limit can be
  /// changed during a long download. Without the file, the limit is the configuration's.
  func withLimitFile<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
    let path = cache.root + "/limit-rate"
    let limit = network.limit
    let standard = configuration.limitRate
    return await withTaskGroup(of: Value?.self) { group in
      group.addTask { await work() }
      group.addTask {
        repeat {
          let text = (try? readFile(path, limit: 100)).map { String(decoding: $0, as: UTF8.self) }
          let word = text?.trimmed.words(at: " ").first.map(String.init)
          let rate = word == "none" ? nil : word.flatMap { ByteRate($0) } ?? standard
          limit.set(bytesPerSecond: rate?.bytesPerSecond)
        } while (try? await Task.sleep(for: .seconds(1))) != nil
        return nil
      }
      var result: Value?
      while let next = await group.next() {
        if let next {
          result = next
          group.cancelAll()
        }
      }
      // The task that works always gives a value.
      return result!
    }
  }

  /// Runs `work` during the hours that the user allows. When they end, it is cancelled, which keeps every byte, and
  /// goes on when they begin again.
  func withinWindow(
    _ transfers: [Transfer], _ work: @escaping @Sendable ([Transfer]) async -> TransferEngine.Outcome
  ) async -> TransferEngine.Outcome {
    guard let window = configuration.window else { return await work(transfers) }
    var total = TransferEngine.Outcome(failures: [:], downloaded: 0)
    var left = transfers
    while true {
      let pause = window.untilOpen(atSecond: TimeWindow.secondOfDay)
      if pause > .zero {
        progress(.warning("outside of the hours for downloads; waiting until \(window.opening)"))
        guard (try? await Task.sleep(for: pause)) != nil else { return total.adding(.interrupted(left)) }
      }
      let outcome = await Self.cancelling(after: window.untilClosed(atSecond: TimeWindow.secondOfDay)) { [left] in
        await work(left)
      }
      let isOver = Task.isCancelled || window.untilOpen(atSecond: TimeWindow.secondOfDay) == .zero
      left = left.filter { outcome.failures[$0.oid]?.code == .interrupted }
      if left.isEmpty || isOver { return total.adding(outcome) }
      total = total.adding(outcome.withoutInterruptions)
    }
  }

  private static func cancelling(
    after limit: Duration, _ work: @escaping @Sendable () async -> TransferEngine.Outcome
  ) async -> TransferEngine.Outcome {
    await withTaskGroup(of: TransferEngine.Outcome?.self) { group in
      group.addTask { await work() }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      var outcome: TransferEngine.Outcome?
      while let next = await group.next() {
        // Whichever ends first ends the other.
        group.cancelAll()
        outcome = next ?? outcome
      }
      return outcome ?? TransferEngine.Outcome(failures: [:], downloaded: 0)
    }
  }
}
extension TransferEngine.Outcome {
  fileprivate static func interrupted(_ transfers: [Transfer]) -> Self {
    Self(failures: Dictionary(transfers.map { ($0.oid, .interruption) }) { first, _ in first }, downloaded: 0)
  }

  fileprivate var withoutInterruptions: Self {
    Self(
      failures: failures.filter { $0.value.code != .interrupted }, downloaded: downloaded, reused: reused,
      copies: copies, learned: learned, found: found)
  }

  fileprivate func adding(_ later: Self) -> Self {
    Self(
      failures: failures.merging(later.failures) { $1 }, downloaded: downloaded + later.downloaded,
      reused: reused + later.reused, copies: copies.merging(later.copies) { $1 },
      learned: learned.merging(later.learned) { $1 },
      found: found.merging(later.found) { $1 })
  }
}

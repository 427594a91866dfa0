import Files
import HTTP
import Text

/// The fourth step of `get`: bring what is missing into the store, within the limits that the user set.
extension Fetcher {
  func download(_ missing: [MissingObject], for models: [ModelInProgress]) async -> TransferEngine.Outcome {
    guard !missing.isEmpty else { return TransferEngine.Outcome(failures: [:], downloaded: 0) }
    do throws(FetchError) {
      try checkSpace(for: missing)
      let transfers = try transfers(of: missing, for: models)
      let client = try network.parts().client
      return await withLimitFile { await self.withinWindow(transfers) { await self.run($0, client) } }
    } catch {
      return .init(failures: Dictionary(missing.map { ($0.oid, error) }) { first, _ in first }, downloaded: 0)
    }
  }

  private func transfers(
    of missing: [MissingObject], for models: [ModelInProgress]
  ) throws(FetchError) -> [Transfer] {
    var sources = try sources(of: missing, for: models)
    if configuration.offline { sources = sources.mapValues { $0.filter(\.isLocal) } }
    let transfers = missing.map {
      Transfer(oid: $0.oid, size: $0.size, name: $0.name, sources: sources[$0.oid] ?? [])
    }
    if configuration.offline, let lost = transfers.first(where: \.sources.isEmpty) {
      throw FetchError(
        .network, "`\(lost.name.escapingControls)` is not in the cache", causes: ["`--offline` forbids to ask for it"],
        hint: "run the command without `--offline` once")
    }
    return transfers
  }

  private func run(_ transfers: [Transfer], _ client: HTTPClient) async -> TransferEngine.Outcome {
    do throws(FetchError) {
      let engine = try inCache { () throws(FileError) in
        try TransferEngine(
          store: store, client: client,
          limits: .init(jobs: configuration.jobs, connections: configuration.connections), report: progress)
      }
      return await engine.run(transfers)
    } catch {
      return .init(failures: Dictionary(transfers.map { ($0.oid, error) }) { first, _ in first }, downloaded: 0)
    }
  }

  /// A disk that cannot hold it all is said before the first byte, not after the last that fits.
  private func checkSpace(for missing: [MissingObject]) throws(FetchError) {
    var needed: Int64 = 0
    for object in missing {
      needed += object.size
      // What an earlier run has reserved is taken from the disk already.
      if let partial = try? FileStatus.of(PartialObject.path(of: object.oid, in: cache)) { needed -= partial.size }
    }
    guard let free = Directory.freeSpace(at: cache.root), needed > free else { return }
    throw FetchError(
      .disk, "not enough room in the cache `\(cache.root.escapingControls)`",
      causes: ["\(needed) bytes are needed and \(free) are free"],
      hint: "make room, or choose another disk with `--cache` or `LFSFETCH_CACHE`")
  }

  // MARK: Limits

  /// Keeps the rate limit at what the file `limit-rate` in the cache says, while `work` runs: so the limit can be
  /// changed during a long download. Without the file, the limit is the configuration's.
  private func withLimitFile<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
    let path = cache.root + "/limit-rate"
    let limit = network.limit
    let standard = configuration.limitRate
    return await withTaskGroup(of: Value?.self) { group in
      group.addTask { await work() }
      group.addTask {
        repeat {
          let text = (try? readFile(path, limit: 100)).map { String(decoding: $0, as: UTF8.self) }
          let word = text?.split(whereSeparator: \.isWhitespace).first.map(String.init)
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
  private func withinWindow(
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
    Self(failures: failures.filter { $0.value.code != .interrupted }, downloaded: downloaded, reused: reused)
  }

  fileprivate func adding(_ later: Self) -> Self {
    Self(
      failures: failures.merging(later.failures) { $1 }, downloaded: downloaded + later.downloaded,
      reused: reused + later.reused)
  }
}

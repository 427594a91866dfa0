import HTTP

/// A run, and what had come of it at the last looks, the latest last.
struct RunInWork {
  let run: Run
  private(set) var looks: [Int64] = []

  init(run: Run) { self.run = run }

  /// How far back the looks go.
  static let window = 10
  static let duration = Pace.period * window

  mutating func look() {
    looks.append(run.receivedBytes)
    if looks.count > Self.window + 1 { looks.removeFirst() }
  }

  /// What came in the window; nil while it is shorter.
  var latelyReceived: Int64? {
    guard looks.count == Self.window + 1, let first = looks.first, let last = looks.last else { return nil }
    return last - first
  }

  /// The one that is so much slower than its fellows that its connection is not worth keeping. `received` is what came
  /// of each in the same time.
  static func laggard(_ received: [Int64?]) -> Int? {
    let known = received.compactMap { $0 }.sorted()
    guard known.count >= 4, let slowest = known.first else { return nil }
    let median = known[known.count / 2]
    return slowest * 8 < median ? received.firstIndex(of: slowest) : nil
  }
}

/// What is looked at while the lanes work: what to show, how many connections are of use, which of them lag.
extension TransferEngine {
  func keepWatch() async {
    var nextLook = ContinuousClock.now + Pace.period
    while (try? await Task.sleep(for: .milliseconds(100))) != nil {
      showProgress()
      if ContinuousClock.now >= nextLook {
        nextLook = .now + Pace.period
        lookAfterConnections()
      }
    }
  }

  /// Ten times a second, the objects that have moved.
  private func showProgress() {
    for object in objects where object.isStarted && !object.isFinished {
      if let received = object.progress.advance(limit: object.transfer.size) {
        report(.objectProgress(object: object.transfer.oid.hex, received: received))
      }
    }
  }

  private func lookAfterConnections() {
    let now = ContinuousClock.now
    for host in hosts { host.observe(at: now) }
    noticeArrivalsOfStreams()
    for index in active {
      for run in objects[index].runs.indices { objects[index].runs[run].look() }
    }
    // With a rate limit it is chance which connection may receive.
    if !client.isRateLimited {
      for index in active { leaveIfTooSlow(objects[index]) }
      for host in hosts { replaceLaggard(of: host) }
      for index in active { replaceStraggler(of: objects[index]) }
    }
    wakeLane()
  }

  /// Connections break without a sign, or get the worst of a crowded link. Another one is likely to be as good as the
  /// others.
  private func replaceLaggard(of host: HostTraffic) {
    let runs = active.flatMap { objects[$0].runs }.filter {
      $0.run.location.request.url.origin == host.origin && !$0.run.isReplaced
    }
    if let laggard = RunInWork.laggard(runs.map(\.latelyReceived)) { runs[laggard].run.replace() }
  }

  /// At the end, when other connections idle: one of them may do the last chunk of the slowest in less time.
  private func replaceStraggler(of object: ObjectTransfer) {
    guard object.pending.isEmpty, let partial = object.partial, let location = object.location else { return }
    let host = host(location)
    guard host.hasRoom, let usual = host.speed else { return }
    for work in object.runs where !work.run.isReplaced && work.run.ahead == 0 {
      guard let lately = work.latelyReceived else { continue }
      let chunk = work.run.currentChunks.upperBound - 1
      let left = Double(partial.layout.length(of: chunk) - partial.progress(of: chunk).length)
      let speed = max(1, Double(lately) / (RunInWork.duration / .seconds(1)))
      if left / speed > 3 * left / usual + 1 { return work.run.replace() }
    }
  }

  /// A source that gives next to nothing, when there is another one.
  private func leaveIfTooSlow(_ object: ObjectTransfer) {
    let received = object.progress.downloaded
    let isSlow = object.inFlight > 0 && received - object.receivedAtLook < Self.tooLittle && object.search == nil
    object.slowLooks = isSlow ? object.slowLooks + 1 : 0
    object.receivedAtLook = received
    guard object.slowLooks >= Self.slowLooks, object.hasFurtherSource else { return }
    object.slowLooks = 0
    object.keepSourceForLater()
    refuse(object, FetchError(.network, "it gave less than 16 KiB a second for 20 seconds"))
    for work in object.runs { work.run.replace() }
  }

  /// 16 KiB a second, in one look.
  private static let tooLittle = Int64(Double(16 << 10) * (Pace.period / .seconds(1)))
  /// 20 seconds.
  private static let slowLooks = Int(Duration.seconds(20) / Pace.period)

  /// Gives an idle connection a part of what others are fetching, from whoever would need longest. Only worth it when
  /// that is long.
  func shareSlowestRun(of object: ObjectTransfer) -> Bool {
    guard let layout = object.partial?.layout else { return false }
    let candidates = object.runs.filter { !$0.run.isReplaced && $0.run.ahead > 0 }
    guard let longest = candidates.max(by: { $0.run.ahead < $1.run.ahead })?.run else { return false }
    let age = ContinuousClock.now - longest.started
    guard age > .seconds(1) else { return false }
    let rate = Double(longest.receivedBytes) / (age / .seconds(1))
    guard Double(longest.ahead) * Double(layout.chunkSize) > rate, let chunks = longest.cut() else { return false }
    object.pending.insert(chunks)
    return true
  }
}

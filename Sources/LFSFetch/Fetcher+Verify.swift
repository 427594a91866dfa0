import Files
import Git
import Text

extension Fetcher {
  /// Hashes again what the cache holds: the objects and files of the given models, or all. Asks nobody, changes
  /// nothing. With a lock: what it names, and the chunks of large objects on all processors.
  public func verify(
    _ requests: [ModelRequest]?, lockedBy lock: ModelLock? = nil
  ) async throws(FetchError) -> VerifyReport {
    if requests == nil, configuration.cacheDirectory != nil, (try? FileStatus.of(cache.root)) ?? nil == nil {
      throw FetchError(.notFound, "there is no cache `\(cache.root.escapingControls)`")
    }
    let checks =
      if let requests = requests ?? lock.map(self.requests) { try self.checks(of: requests, lock) } else {
        try allChecks()
      }
    var report = VerifyReport(checked: 0, bytes: 0, damaged: [])
    // Reading and hashing keep a processor busy each; more at once would only wait for the disk.
    await withTaskGroup(of: (Check, String?).self) { group in
      var next = checks.makeIterator()
      func add(_ check: Check) {
        group.addTask { (check, await onBlockingThread { () throws(Never) in Self.damage(of: check) }) }
      }
      for _ in 0..<Self.verifiedAtOnce { if let check = next.next() { add(check) } }
      for await (check, damage) in group {
        report.checked += 1
        report.bytes = report.bytes.addingSize(check.size)
        if let damage {
          report.damaged.append(
            .init(object: check.digest.hex, names: check.names, reason: damage, path: check.path))
        }
        if let check = next.next() { add(check) }
      }
    }
    if Task.isCancelled { throw .interruption }
    report.damaged.sort { $0.object < $1.object }
    return report
  }

  private static let verifiedAtOnce = 4

  /// A file of the cache, and what its bytes must hash to.
  private struct Check: Sendable {
    let path: String
    let digest: SHA256Digest
    let size: Int64
    /// Of a large object that a lock has.
    var chunks: ChunkHashes?
    var names: [String]
  }

  private static func damage(of check: Check) -> String? {
    do throws(FileError) {
      guard let status = try FileStatus.of(check.path), status.kind == .file else { return "it is missing" }
      guard status.size == check.size else { return "its size is wrong" }
      if let chunks = check.chunks { return try damage(of: check.path, by: chunks) }
      let found = try hashFile(check.path)
      return found == check.digest ? nil : "its bytes have the SHA-256 \(found)"
    } catch {
      return error.description
    }
  }

  /// Chunks tell where the damage is.
  private static func damage(of path: String, by chunks: ChunkHashes) throws(FileError) -> String? {
    let wrong = try chunks.wrongRanges(of: path)
    guard !wrong.isEmpty else { return nil }
    let shown = wrong.prefix(10).map { "\($0.lowerBound) to \($0.upperBound)" }.joined(separator: ", ")
    return "bytes \(shown)\(wrong.count > 10 ? " and others" : "") do not have the hashes that the lock has"
  }

  private func checks(of requests: [ModelRequest], _ lock: ModelLock?) throws(FetchError) -> [Check] {
    var checks = Checks()
    for request in expanded(requests) {
      guard let (wanted, resolution) = try known(request, lock) else { throw notCached(try cachedWanted(request)) }
      try add(resolution, of: wanted, to: &checks)
    }
    return checks.list
  }

  /// What the cache knows of a request, or a lock; nil when it is not in the cache.
  func known(
    _ request: ModelRequest, _ lock: ModelLock?
  ) throws(FetchError) -> (wanted: Wanted, resolution: Resolution)? {
    if let lock {
      let locked = try locked(request, by: lock)
      let path = Snapshot(resolution: locked.resolution, store: store).path
      let isThere = try inCache { () throws(FileError) in
        // What was locked just now is in the store, and has no files of its own.
        if try FileStatus.of(path) != nil { return true }
        for object in locked.resolution.objects {
          if try !store.contains(object.oid, size: object.size) { return false }
        }
        return true
      }
      guard isThere else { throw notCached(locked.wanted) }
      return locked
    }
    let wanted = try cachedWanted(request)
    return try resolver.remembered(wanted, trustingReferences: true).map { (wanted, $0) }
  }

  /// Everything in the store, and the files of the registry's models that are not links into it.
  private func allChecks() throws(FetchError) -> [Check] {
    var checks = Checks()
    for choice in registry.entries.flatMap(\.choices) {
      let wanted = try Wanted(try ModelRequest(choice.name), registry: registry)
      guard let resolution = try resolver.remembered(wanted, trustingReferences: true) else { continue }
      let isThere = try inCache { () throws(FileError) in
        try FileStatus.of(Snapshot(resolution: resolution, store: store).path) != nil
      }
      if isThere { try add(resolution, of: wanted, to: &checks) }
    }
    for (oid, size) in try inCache({ () throws(FileError) in try store.all() }) {
      checks.add(Check(path: store.path(of: oid), digest: oid, size: size, names: []))
    }
    return checks.list
  }

  /// The objects of a model, and those files of its snapshot that are files of their own.
  private func add(_ resolution: Resolution, of wanted: Wanted, to checks: inout Checks) throws(FetchError) {
    let snapshot = Snapshot(resolution: resolution, store: store)
    for file in resolution.files {
      guard let digest = file.digest, file.size > 0 else { continue }
      let names = ["\(wanted.model): \(file.path)"]
      let path = snapshot.path(of: file.path.string)
      try inCache { () throws(FileError) in
        var stored: FileStatus?
        if case .object(let oid) = file.content {
          checks.add(
            Check(
              path: store.path(of: oid), digest: oid, size: file.size, chunks: resolution.locked?.chunks[oid],
              names: names))
          stored = try FileStatus.of(store.path(of: oid))
        }
        guard let own = try FileStatus.of(path), own.inode != stored?.inode else { return }
        checks.add(Check(path: path, digest: digest, size: file.size, names: names))
      }
    }
  }

  /// Each file once, with all names that lead to it.
  private struct Checks {
    private(set) var list: [Check] = []
    private var indexes: [ExactText: Int] = [:]

    mutating func add(_ check: Check) {
      if let index = indexes[check.path] {
        list[index].names += check.names
      } else {
        indexes[check.path] = list.count
        list.append(check)
      }
    }
  }
}

/// What `verify` found.
public struct VerifyReport: Sendable, Equatable {
  public struct Damage: Sendable, Equatable {
    public let object: String
    /// `model: path`, as far as they are known.
    public let names: [String]
    public let reason: String
    /// The damaged file.
    public var path = ""
    /// After `repair`: whether the object is sound again, and if not, why.
    public internal(set) var isRepaired = false
    public internal(set) var failure: FetchError?
  }

  public internal(set) var checked: Int
  public internal(set) var bytes: Int64
  public internal(set) var damaged: [Damage]
}

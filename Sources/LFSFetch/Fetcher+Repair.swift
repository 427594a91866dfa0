import Files
import Git
import Text

extension Fetcher {
  /// Brings the damaged objects of a report back, from wherever the given models (or those of the registry) have them.
  /// Of a large object only the chunks that are bad are fetched.
  public func repair(
    _ report: VerifyReport, of requests: [ModelRequest]?, lockedBy lock: ModelLock? = nil
  ) async throws(FetchError) -> VerifyReport {
    let damaged = Set(report.damaged.compactMap { SHA256Digest(hex: $0.object) })
    guard !damaged.isEmpty else { return report }
    let models = try models(wanting: damaged, among: requests, lock)
    let paths = Set(report.damaged.map(\.path))
    var missing: [MissingObject] = []
    for object in models.flatMap({ $0.resolution?.objects ?? [] }) where paths.contains(store.path(of: object.oid)) {
      if missing.contains(where: { $0.oid == object.oid }) { continue }
      missing.append(MissingObject(oid: object.oid, size: object.size, name: object.path.string))
    }
    let run = try beginRun()
    let remotes = Remotes(network)
    for object in missing {
      try inCache { () throws(FileError) in try store.withdraw(object.oid, chunks: lock?.chunks[object.oid]) }
    }
    let outcome = await download(missing, for: models)
    var failures = explained(outcome, models, isLocked: lock != nil)
    for model in models where model.resolution?.objects.allSatisfy({ outcome.failures[$0.oid] == nil }) == true {
      guard let wanted = model.wanted, let resolution = model.resolution else { continue }
      do throws(FetchError) {
        let snapshot = Snapshot(resolution: resolution, store: store)
        try snapshot.checkNames()
        try await complete(snapshot, of: wanted, remotes)
      } catch {
        for digest in resolution.files.compactMap(\.digest) { failures[digest] = error }
      }
    }
    try await end(run)
    let tried = models.flatMap { $0.resolution?.files.compactMap(\.digest) ?? [] }
    return report.repaired(Set(tried), failures: failures)
  }

  /// The models of which the cache knows that they want one of the objects.
  private func models(
    wanting digests: Set<SHA256Digest>, among requests: [ModelRequest]?, _ lock: ModelLock?
  ) throws(FetchError) -> [ModelInProgress] {
    var models: [ModelInProgress] = []
    let candidates =
      if let requests = requests ?? lock.map(self.requests) { expanded(requests) } else { try registeredRequests() }
    for request in candidates {
      guard let (wanted, resolution) = try known(request, lock),
        resolution.files.contains(where: { $0.digest.map(digests.contains) ?? false })
      else { continue }
      var model = ModelInProgress(request: request)
      model.understood(wanted)
      model.resolved(resolution)
      models.append(model)
    }
    return models
  }

  private func registeredRequests() throws(FetchError) -> [ModelRequest] {
    var requests: [ModelRequest] = []
    for choice in registry.entries.flatMap(\.choices) { requests.append(try ModelRequest(choice.name)) }
    return requests
  }
}

extension VerifyReport {
  fileprivate func repaired(_ tried: Set<SHA256Digest>, failures: [SHA256Digest: FetchError]) -> VerifyReport {
    var report = self
    for index in report.damaged.indices {
      guard let oid = SHA256Digest(hex: report.damaged[index].object) else { continue }
      if let failure = failures[oid] {
        report.damaged[index].failure = failure
      } else if tried.contains(oid) {
        report.damaged[index].isRepaired = true
      } else {
        report.damaged[index].failure = FetchError(
          .notFound, "no model is known that has the object \(oid)",
          hint: "name the model: `lfsfetch verify --repair NAME`, or fetch it again with `lfsfetch get`")
      }
    }
    return report
  }
}

import Text

/// `update`: what the models of a lock are now.
extension Fetcher {
  /// What would change of one model of the lock, or of all; asks the repositories, and downloads no content but files whose
  /// hash nobody tells. The fetcher is to be one that refreshes.
  public func lockChanges(
    _ name: String?, in lock: ModelLock
  ) async throws(FetchError) -> [Result<LockChange, FetchError>] {
    let key = try name.map { name throws(FetchError) in lockedName(of: try ModelRequest(name)) }
    var requests = requests(of: lock).filter { key == nil || $0.text == key }
    // Who types a name has named it.
    for index in requests.indices where name != nil { requests[index].isFromFile = false }
    if requests.isEmpty, let name {
      throw FetchError(
        .notFound, "`\(name.escapingControls)` is not in `\(lockPath.escapingControls)`",
        hint: NearestName.hint(for: name, among: lock.names) ?? "`lfsfetch lock \(name.escapingControls)` adds it")
    }
    try prepareCache()
    var results: [Result<LockChange, FetchError>] = []
    // To look is not to trust: what is there now is taken when it is locked.
    var resolver = resolver
    resolver.remembersListings = false
    let models = await resolve(requests.map { ModelInProgress(request: $0) }, Remotes(network), by: resolver)
    for model in await learning(models, by: resolver) {
      if let error = model.error {
        results.append(.failure(error))
      } else if let wanted = model.wanted, let resolution = model.resolution {
        let name = model.request.text
        let now = LockedModel(wanted, resolution, in: lockFolder)
        results.append(.success(LockChange(name, from: lock.models[name], to: now)))
      }
    }
    return results
  }

  /// Moves one model of the lock, or all, to what they are now; fetches those that change.
  public func update(
    _ name: String?, in lock: ModelLock
  ) async throws(FetchError) -> (lock: ModelLock, results: [Result<LockChange, FetchError>]) {
    var results = try await lockChanges(name, in: lock)
    let moved = Set(results.compactMap { try? $0.get() }.filter(\.isChange).map(\.model))
    var requests = requests(of: lock).filter { moved.contains($0.text) }
    for index in requests.indices where name != nil { requests[index].isFromFile = false }
    guard !requests.isEmpty else { return (lock, results) }
    let locked = await self.lock(requests, in: lock)
    for (request, result) in zip(requests, locked.results) {
      for index in results.indices where (try? results[index].get())?.model == request.text { results[index] = result }
    }
    return (locked.lock, results)
  }
}

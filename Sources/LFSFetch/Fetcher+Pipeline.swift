import Files
import Git
import HTTP
import Text

/// The steps of `get`, in their order.
extension Fetcher {
  // MARK: 1. The cache

  func prepareCache() throws(FetchError) {
    try inCache { () throws(FileError) in
      try cache.create()
      try RunMarker.recover(store)
    }
  }

  /// Marks that the cache is being written to.
  func beginRun() throws(FetchError) -> RunMarker {
    try inCache { () throws(FileError) in try RunMarker(cache) }
  }

  /// One sync for all that was written into the cache; then the mark is taken away. A filter for which git waits may
  /// owe the sync instead.
  func end(_ run: RunMarker?, mayOweSync: Bool = false) async throws(FetchError) {
    guard let run else { return }
    let (root, cache) = (cache.root, cache)
    let wasHeld: Bool
    do throws(FileError) {
      wasHeld = try await onBlockingThread { () throws(FileError) in
        let debts = try RunMarker.debts(in: cache)
        if mayOweSync, debts.allSatisfy(\.isYoung), run.isHeld, try run.owe() { return true }
        try File.open(root, .read).syncFileSystem()
        let isHeld = run.isHeld
        try run.remove()
        for debt in debts { try removeFile(debt.path) }
        return isHeld
      }
    } catch {
      throw FetchError(file: error, doing: "cannot write the files to the disk")
    }
    guard wasHeld else {
      throw FetchError(
        .disk, "another process has taken this run for dead and cleaned up after it",
        causes: ["this one was stopped for so long that it gave no sign of life in `\(root.escapingControls)/runs`"],
        hint: "run the command again: what was downloaded is kept")
    }
  }

  /// Work on the cache's own files.
  func inCache<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(file: error, doing: "cannot use the cache `\(cache.root.escapingControls)`")
    }
  }

  // MARK: 2. What is wanted

  /// All names at once; each repository is asked on its own.
  func resolve(
    _ models: [ModelInProgress], _ remotes: Remotes, lockedBy lock: ModelLock? = nil, by resolver: Resolver? = nil
  ) async -> [ModelInProgress] {
    var models = models
    await withTaskGroup(of: (Int, ModelInProgress).self) { group in
      for (index, model) in models.enumerated() {
        group.addTask { (index, await self.resolve(model, remotes, lock, resolver ?? self.resolver)) }
      }
      for await (index, model) in group { models[index] = model }
    }
    return models
  }

  private func resolve(
    _ model: ModelInProgress, _ remotes: Remotes, _ lock: ModelLock?, _ resolver: Resolver
  ) async -> ModelInProgress {
    var model = model
    do throws(FetchError) {
      let known = try lock.map { lock throws(FetchError) in try locked(model.request, by: lock) }
      let wanted = if let known { known.wanted } else { try wanted(model.request) }
      model.understood(wanted)
      progress(.resolving(model: wanted.model, source: wanted.shownSource))
      let resolution =
        if let known { known.resolution } else { try await resolver.resolve(wanted, remotes) }
      if known == nil { try wanted.checkMain(of: resolution) }
      try checkDestination(of: wanted)
      model.resolved(resolution)
      progress(
        .resolved(
          model: wanted.model, revision: resolution.commit ?? resolution.version, files: resolution.files.count))
    } catch {
      model.fail(error)
    }
    return model
  }

  // MARK: 3. What is missing

  /// The objects of all models that are not in the store, each once; and marks the models whose snapshots lack files.
  func findMissing(of models: inout [ModelInProgress]) throws(FetchError) -> [MissingObject] {
    var missing: [MissingObject] = []
    var seen: Set<SHA256Digest> = []
    for index in models.indices where models[index].isAlive {
      guard let resolution = models[index].resolution else { continue }
      let snapshot = Snapshot(resolution: resolution, store: store)
      if try !inCache({ () throws(FileError) in try snapshot.isComplete() }) {
        models[index].foundIncomplete()
        do throws(FetchError) { try snapshot.checkNames() } catch {
          models[index].fail(error)
          continue
        }
      }
      for object in resolution.objects where seen.insert(object.oid).inserted {
        let isThere = try inCache { () throws(FileError) in try store.contains(object.oid, size: object.size) }
        if !isThere {
          missing.append(
            MissingObject(
              oid: object.oid, size: object.size, name: object.path.string, firstUse: object.firstUse))
        }
      }
    }
    return missing
  }

  struct MissingObject: Sendable, Equatable {
    let oid: SHA256Digest
    let size: Int64
    let name: String
    /// Set where its hash is to be learnt.
    var firstUse: FirstUse?
  }

  /// Tells what is needed; returns how many bytes of it are whole objects in the store.
  func announce(_ models: [ModelInProgress], missing: [MissingObject]) -> Int64 {
    var sizes: [SHA256Digest: Int64] = [:]
    for model in models where model.isAlive {
      for object in model.resolution?.objects ?? [] { sizes[object.oid] = object.size }
    }
    let all = sizes.values.totalSize { $0 }
    let present = all - missing.totalSize { $0.size }
    let kept = missing.reduce(0) { $0 + PartialObject.claimedBytes($1.oid, size: $1.size, in: cache) }
    progress(.planned(objects: sizes.count, bytes: all, reused: present + kept))
    return present
  }

  // MARK: 5. Put in place

  func putInPlace(
    _ models: [ModelInProgress], _ remotes: Remotes, copies: [SHA256Digest: EarlyCopy]
  ) async -> [ModelInProgress] {
    var models = models
    let destinations = Destinations(models, root: configuration.destination)
    for index in models.indices where models[index].isAlive {
      guard let wanted = models[index].wanted, let resolution = models[index].resolution else { continue }
      do throws(FetchError) {
        let snapshot = Snapshot(resolution: resolution, store: store)
        if models[index].isIncomplete { try await complete(snapshot, of: wanted, remotes) }
        var folder = snapshot.path
        if let destination = try destinations.folder(of: index) {
          folder = try fill(destination, from: snapshot, copies)
        }
        models[index].finished(
          FetchedModel(
            model: wanted.model, path: resolution.mainPath(wanted.main, in: folder), commit: resolution.commit,
            files: resolution.files.count, bytes: resolution.totalSize))
      } catch {
        models[index].fail(error)
      }
    }
    return models
  }

  func complete(_ snapshot: Snapshot, of wanted: Wanted, _ remotes: Remotes) async throws(FetchError) {
    let contents = try await BlobContents(snapshot.resolution, wanted, remotes)
    try await snapshot.materialise { file throws(FetchError) in try await contents.bytes(of: file) }
  }

  private func fill(
    _ path: String, from snapshot: Snapshot, _ copies: [SHA256Digest: EarlyCopy]
  ) throws(FetchError) -> String {
    var folder: UserFolder
    do throws(FileError) {
      folder = try UserFolder(path, link: configuration.link, cache: cache, copies: copies)
    } catch { throw FetchError(file: error, doing: "cannot use the folder `\(path.escapingControls)`") }
    try folder.fill(from: snapshot)
    return folder.path
  }
}

extension Resolution {
  /// The main file when it is among the files, else the folder.
  func mainPath(_ main: String?, in folder: String) -> String {
    guard let main, files.contains(where: { $0.path.string == main }) else { return folder }
    return folder + "/" + main
  }
}

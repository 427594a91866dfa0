import Files
import Git
import Text

extension Fetcher {
  /// Makes a working copy that git takes for its own: shallow, without the blobs that are not needed, and with the
  /// selected files only. The objects come through the store. A clone that fails leaves nothing behind.
  public func clone(_ request: CloneRequest) async throws(FetchError) -> ClonedRepository {
    let wanted = try wanted(request.repository)
    guard case .git = try SourceAddress(wanted.source) else {
      throw FetchError(
        .usage, "\(wanted.place) is no git repository, so that there is nothing to clone",
        hint: "`lfsfetch get` fetches it")
    }
    let folder = try request.folder(for: wanted.source)
    try prepareCache()
    let place = try ClonePlace(request, folder, cache: cache) { progress(.warning($0)) }
    do throws(FetchError) {
      return try await clone(request, wanted, at: place)
    } catch {
      // The reason for the failure is what the user is to know; what cannot be removed now, the next run removes.
      try? place.discard()
      throw error
    }
  }

  private func clone(
    _ request: CloneRequest, _ wanted: Wanted, at place: ClonePlace
  ) async throws(FetchError) -> ClonedRepository {
    let start = ContinuousClock.now
    let cloner = try Cloner(self, request, wanted, gitFolder: place.gitFolder, settled: place.settled)
    progress(.resolving(model: wanted.model, source: wanted.source.withoutCredentials))
    for option in cloner.ignoredOptions { progress(.warning(option)) }
    let names = try await cloner.names()
    guard let resolved = names.resolved else {
      let emptiness = try await cloner.cloneUnborn(names)
      try putInPlace(cloner, place)
      try cloner.writing { () throws(FileError) in try place.finish() }
      return ClonedRepository(path: place.target, commit: nil, branch: nil, files: 0, emptiness: emptiness)
    }
    let checkout = try await cloner.fetchHistory(names, of: resolved.commit)
    let commit = checkout.tree.commit
    progress(.resolved(model: wanted.model, revision: commit.hex, files: checkout.plan.files.count))
    for warning in checkout.plan.warnings { progress(.warning(warning)) }
    if checkout.references.skippedBranches > 0 {
      progress(
        .warning("the repository has more than \(CloneReferences.maximumBranches) branches: only one came along"))
    }
    if let path = place.gitPathInside { try checkout.refuseFiles(in: path) }
    let run = try beginRun()
    let outcome = try await bringObjects(of: checkout, by: cloner)
    try cloner.linkObjects(of: checkout)
    var left: [WorkTreePlan.File] = []
    var submodules: (modules: [Submodules.Module], folders: [String]) = ([], [])
    if request.hasFiles {
      left = try await cloner.writeFiles(of: checkout, below: place.staging)
      submodules = try await cloner.cloneSubmodules(of: checkout, below: place.staging, left: left)
    }
    try cloner.writeGitFolder(of: checkout, submodules: submodules.modules)
    if request.hasFiles { try cloner.writeIndex(of: checkout, filesBelow: place.staging, left: left) }
    try await end(run)
    if Task.isCancelled { throw .interruption }
    try putInPlace(cloner, place)
    if request.hasFiles, place.isInside {
      // The files that were moved one by one have other times now, and git would have to read them.
      try cloner.writeIndex(
        of: checkout, filesBelow: place.target, left: left, in: place.settledGitFolder)
    }
    try cloner.writing { () throws(FileError) in try place.finish() }
    progress(
      .finished(downloaded: outcome.downloaded, reused: outcome.reused, seconds: start.secondsAgo))
    return ClonedRepository(
      path: place.target, commit: commit.hex,
      branch: checkout.references.head.branch.map { String($0.rest(after: "refs/heads/") ?? $0[...]) },
      files: request.hasFiles ? checkout.plan.files.count - left.count : 0,
      submodules: submodules.folders.map { place.target + "/" + $0 })
  }

  private func bringObjects(
    of checkout: Cloner.Checkout, by cloner: Cloner
  ) async throws(FetchError) -> (downloaded: Int64, reused: Int64) {
    do throws(FetchError) { return try await bring(cloner.objects(of: checkout)) } catch {
      var error = error
      if error.code == .notFound, error.hint == nil {
        error.hint = "`--exclude` leaves the file out, and `--no-lfs` leaves pointers in the place of all content"
      }
      throw error
    }
  }

  private func putInPlace(_ cloner: Cloner, _ place: ClonePlace) throws(FetchError) {
    try cloner.writing { () throws(FileError) in
      try place.linkGitFolder()
      try place.syncUnless(onDiskOf: cache.root)
      try place.fill()
    }
  }

  /// Brings all objects of the model into the store; fails when one of them cannot be had. Returns how many bytes came
  /// over the network, and how many were here.
  func bring(_ model: ModelInProgress) async throws(FetchError) -> (downloaded: Int64, reused: Int64) {
    var model = model
    var missing: [MissingObject] = []
    for object in model.resolution?.objects ?? [] {
      let isThere = try inCache { () throws(FileError) in try store.contains(object.oid, size: object.size) }
      if !isThere { missing.append(MissingObject(oid: object.oid, size: object.size, name: object.path.string)) }
    }
    let present = announce([model], missing: missing)
    let outcome = await download(missing, for: [model])
    model.note(outcome.failures)
    if let error = model.error { throw error }
    return (outcome.downloaded, present + outcome.reused)
  }
}

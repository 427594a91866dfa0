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
    let folder = if let folder = request.folder { folder } else { try wanted.cloneName(isBare: request.isBare) }
    try prepareCache()
    let place = try ClonePlace(folder, cache: cache)
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
    let gitFolder = request.isBare ? place.staging : place.staging + "/.git"
    let cloner = try Cloner(self, request, wanted, gitFolder: gitFolder)
    progress(.resolving(model: wanted.model, source: wanted.source.withoutCredentials))
    let checkout = try await cloner.fetchHistory()
    let commit = checkout.tree.commit
    progress(.resolved(model: wanted.model, revision: commit.hex, files: checkout.plan.files.count))
    for warning in checkout.plan.warnings { progress(.warning(warning)) }
    if checkout.references.skippedBranches > 0 {
      progress(
        .warning("the repository has more than \(CloneReferences.maximumBranches) branches: only one came along"))
    }
    let run = try beginRun()
    let outcome = try await bring(cloner.objects(of: checkout))
    try cloner.linkObjects(of: checkout)
    var left: [WorkTreePlan.File] = []
    var submodules: [Submodules.Module] = []
    if !request.isBare {
      left = try await cloner.writeFiles(of: checkout, below: place.staging)
      submodules = try await cloner.cloneSubmodules(of: checkout, below: place.staging)
    }
    try cloner.writeGitFolder(of: checkout, submodules: submodules)
    try await end(run)
    if Task.isCancelled { throw .interruption }
    try cloner.writing { () throws(FileError) in try place.placeFiles() }
    if !request.isBare { try cloner.writeIndex(of: checkout, filesBelow: place.files, left: left) }
    try cloner.writing { () throws(FileError) in
      try place.syncUnless(onDiskOf: cache.root)
      try place.finish()
    }
    progress(
      .finished(downloaded: outcome.downloaded, reused: outcome.reused, seconds: start.secondsAgo))
    return ClonedRepository(
      path: place.target, commit: commit.hex,
      branch: checkout.references.head.branch.map { String($0.dropFirst("refs/heads/".utf8.count)) },
      files: request.isBare ? 0 : checkout.plan.files.count - left.count)
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

extension Wanted {
  /// The folder that a clone is made in when none is named: as with git, the last part of the address.
  func cloneName(isBare: Bool) throws(FetchError) -> String {
    let whole = source.withoutCredentials.withoutLastSlashes
    var name = (whole.rest(before: "/.git") ?? whole).words(at: "/").last ?? ""
    // The short form of an ssh address can do without a slash.
    if source.authorityStart == nil, case .ssh? = try? GitLocation(source), let (_, path) = name.cut(atLast: ":") {
      name = path
    }
    name = name.rest(before: ".git") ?? name
    // A host's name is no name for a folder, nor is what would lead elsewhere.
    guard !name.isEmpty, name != "..", name != ".", !name.has(":"), !name.utf8.contains(where: { $0 < 0x20 })
    else {
      throw FetchError(
        .usage, "`\(source.withoutCredentials.escapingControls)` does not tell what to call the folder",
        hint: "name a folder after the URL")
    }
    return isBare ? name + ".git" : String(name)
  }
}

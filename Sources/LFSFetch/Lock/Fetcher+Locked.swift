import Git
import Text

/// What a request means by a lock: nobody is asked, and a registry that means something else is an error.
extension Fetcher {
  func locked(_ request: ModelRequest, by lock: ModelLock) throws(FetchError) -> (
    wanted: Wanted, resolution: Resolution
  ) {
    let name = try lockedName(of: request, in: lock)
    guard let model = lock.models[name] else { throw notLocked(request, lock) }
    let wanted = try wanted(request, lockedAs: name, model)
    var resolution = Resolution(
      sourceName: try wanted.sourceName, commit: model.commit, reference: model.reference, files: model.files,
      configuredLFS: model.lfs)
    resolution.locked = LockedFacts(contents: model.contents, chunks: lock.chunks)
    resolution.direct = model.mirrors.mapValues { urls in
      urls.map { .url($0, isNamedByUser: wanted.isNamedByUser) }
    }
    return (wanted, resolution)
  }

  /// As it was typed; else another name of the same model, or the one variant that is locked where any will do.
  private func lockedName(of request: ModelRequest, in lock: ModelLock) throws(FetchError) -> String {
    let typed = lockedName(of: request)
    if lock.models[typed] != nil { return typed }
    guard case .name(let name) = request.target else { throw notLocked(request, lock) }
    func own(_ text: String) -> String { registry.find(text)?.name ?? text }
    let candidates = lock.requests.filter { candidate in
      guard case .name(let other) = candidate.target, own(other) == own(name) else { return false }
      return request.variant == Variant.automatic ? candidate.variant != nil : candidate.variant == request.variant
    }
    if candidates.count > 1 { return try choose(among: candidates, for: request) }
    guard let found = candidates.first else { throw notLocked(request, lock) }
    return found.text
  }

  /// Of several variants that are locked, `auto` is the one that fits this machine, as without a lock.
  private func choose(among locked: [ModelRequest], for request: ModelRequest) throws(FetchError) -> String {
    var names: [String: String] = [:]
    for candidate in locked.reversed() { names[candidate.variant ?? ""] = candidate.text }
    if names.count == 1, let name = names.values.first { return name }
    guard request.variant == Variant.automatic, case .name(let name) = request.target,
      let entry = registry.find(name), entry.variants.contains(where: { names[$0.name] != nil })
    else {
      throw FetchError(
        .notFound, "`\(request.text.escapingControls)` could be several models of `\(lockPath.escapingControls)`",
        causes: ["no registry here tells what they need"],
        hint: "name one of \(names.values.sorted().map { "`\($0)`" }.joined(separator: ", "))")
    }
    let variant = try choose(among: entry.variants.filter { names[$0.name] != nil }, of: entry)
    return names[variant] ?? request.text
  }

  private func notLocked(_ request: ModelRequest, _ lock: ModelLock) -> FetchError {
    FetchError(
      .notFound, "`\(request.text.escapingControls)` is not in `\(lockPath.escapingControls)`",
      hint: NearestName.hint(for: request.text, among: lock.names)
        ?? "`lfsfetch lock \(request.text.escapingControls)` adds it")
  }

  /// A model that no registry of this machine knows is what the lock says.
  private func wanted(
    _ request: ModelRequest, lockedAs name: String, _ model: LockedModel
  ) throws(FetchError) -> Wanted {
    var current = try ModelRequest(name).read(in: lockFolder)
    current.isFromFile = request.isFromFile
    (current.revision, current.include, current.exclude) = (
      request.revision ?? current.revision, request.include, request.exclude
    )
    if case .name(let own) = current.target, registry.find(own) == nil {
      return Wanted(
        model: name, source: model.source.read(in: lockFolder), revision: model.revision,
        selection: Selection(include: []),
        main: model.main, pinned: [:], isFromRegistry: true, isNamedByUser: false)
    }
    // The URL that was typed may have credentials.
    if case .repository = request.target, request.text == name { current = request }
    var wanted = try Wanted(current, registry: registry)
    let differences = differences(wanted, model)
    guard differences.isEmpty else {
      throw FetchError(
        .integrity, "`\(name.escapingControls)` is not what `\(lockPath.escapingControls)` says any more",
        causes: differences, hint: "`lfsfetch update \(name.escapingControls)` takes what it is now into the lock")
    }
    // What is not there any more does not tell whether it was a file.
    if wanted.main == nil { wanted.main = model.main }
    return wanted
  }

  private func differences(_ wanted: Wanted, _ model: LockedModel) -> [String] {
    let isPath = if case .local? = try? GitLocation(wanted.source) { true } else { false }
    func shown(_ text: String?) -> String { text.map { "`\($0.escapingControls)`" } ?? "none" }
    var facts = [
      ("the repository", wanted.source.withoutCredentials.writtenAsName(in: lockFolder), model.source),
      ("the revision", wanted.revision, model.revision),
      ("the selection of files", wanted.selection.canonical, model.selection),
      // Whether a path is one file, only the file system tells, and the file may be gone.
      ("the main file", wanted.main ?? (isPath ? model.main : nil), model.main),
    ]
    for file in model.files {
      guard let promised = wanted.pinned[file.path.string]?.oid else { continue }
      facts.append(("the SHA-256 of `\(file.path)`", promised.hex, file.digest?.hex))
    }
    return facts.filter { $0.1 != $0.2 }.map { "\($0.0) is \(shown($0.1)) now, and \(shown($0.2)) in the lock" }
  }
}

/// What a lock tells of the files of a resolution.
package struct LockedFacts: Sendable, Equatable {
  /// The bytes of small files that git keeps.
  package let contents: [RepositoryPath: [UInt8]]
  /// Of large objects.
  package let chunks: [SHA256Digest: ChunkHashes]
}

import Files
import Git
import JSON
import Text

/// `registry update`: the revisions and objects of a registry file as they are now.
extension Fetcher {
  /// All models of the file that follow something, or one. Each fails on its own; what could be read is written at
  /// once.
  public func updateModels(
    _ name: String?, in path: String
  ) async throws(FetchError) -> [Result<RegistryChange, FetchError>] {
    var file = try RegistryFile(path)
    let models = file.contents.models.filter {
      name == nil || $0.value.name == name || $0.value.aliases.contains(name!)
    }
    if models.isEmpty, let name {
      throw FetchError(
        .notFound, "no model `\(name.escapingControls)` is in `\(path.escapingControls)`",
        hint: "`lfsfetch registry show --origin \(name.escapingControls)` tells where it is")
    }
    let remotes = Remotes(network)
    var results: [Result<RegistryChange, FetchError>] = []
    var places: [(json: JSON, facts: RenewedFacts)] = []
    for model in models {
      let entry = model.value
      do throws(FetchError) {
        guard entry.choices.contains(where: { $0.facts.isFollowing }) else {
          if name == nil { continue }
          throw entry.followsNothing
        }
        var change = RegistryChange(file: path, model: entry.name)
        let renewed = try await renew(model, &change, remotes, isTyped: name != nil)
        places += renewed
        results.append(.success(change))
      } catch {
        results.append(.failure(error))
      }
    }
    try file.renew(places)
    try file.save()
    return results
  }

  /// The places of a model's entry that say something of their own, with what they are to say now.
  private func renew(
    _ statement: RegistryContents.Statement<RegistryEntry>, _ change: inout RegistryChange, _ remotes: Remotes,
    isTyped: Bool
  ) async throws(FetchError) -> [(json: JSON, facts: RenewedFacts)] {
    let entry = statement.value
    var places: [(json: JSON, facts: RenewedFacts)] = []
    if entry.model.source != nil, entry.model.isFollowing {
      let facts = entry.model
      let saysObjects = entry.variants.isEmpty || facts.isSelective || !facts.objects.isEmpty
      // Without files of its own, it has a commit to be moved, where its place has commits.
      let isRepository = try SourceAddress(facts.source ?? "").isRepository
      if saysObjects || isRepository {
        places.append(
          (
            statement.json,
            try await renewed(facts, own: facts, saysObjects, hasLocation: true, &change, "", remotes, isTyped: isTyped)
          ))
      }
    }
    for variant in entry.variants {
      guard let json = statement.json["variants"]?[variant.name] else { continue }
      let own = variant.facts
      let facts = own.over(entry.model)
      let hasLocation = own.source != nil || own.branch != nil || own.revision != nil
      let saysObjects = own.isSelective || !own.objects.isEmpty || own.source != nil
      guard facts.isFollowing, saysObjects || hasLocation else { continue }
      let label = variant.name + ": "
      places.append(
        (
          json,
          try await renewed(
            facts, own: own, saysObjects, hasLocation: hasLocation, &change, label, remotes, isTyped: isTyped)
        ))
    }
    return places
  }

  private func renewed(
    _ facts: ModelFacts, own: ModelFacts, _ saysObjects: Bool, hasLocation: Bool, _ change: inout RegistryChange,
    _ label: String, _ remotes: Remotes, isTyped: Bool
  ) async throws(FetchError) -> RenewedFacts {
    let source = facts.source ?? ""
    let isNamedByUser = !registry.strangers.contains(ExactText(source))
    var renewed = RenewedFacts()
    let reference: String?
    if saysObjects {
      let isLocal = try SourceAddress(source).isLocal
      var wanted = Wanted(
        model: change.model, source: source, revision: facts.followed,
        selection: Selection(include: facts.files, template: facts.template), main: nil, pinned: [:],
        isFromRegistry: false, isNamedByUser: isNamedByUser || isTyped && isLocal)
      wanted.reach = LocalReach(
        folder: change.file.absolutePath.parentFolder ?? "/", digests: Set(own.objects.values.compactMap(\.oid)),
        renewal: "lfsfetch registry update")
      let resolution = try await knowing(own.objects, try await fresh(wanted, remotes), of: wanted)
      renewed.commit = resolution.commit
      // What a release calls itself is a part of its address.
      reference = resolution.commit == nil ? nil : resolution.shortReference
      renewed.objects = RenewedFacts.objects(of: resolution)
      change.files += resolution.files.count
      change.bytes = change.bytes.addingSize(resolution.objects.totalSize { $0.size })
    } else {
      let remote = try remotes.remote(of: source, isNamedByUser: isNamedByUser)
      let resolved = try await reading(source) { () async throws(GitError) in
        try await remote.resolve(facts.followed)
      }
      renewed.commit = resolved.commit.hex
      reference = resolved.reference?.shortReference
    }
    let difference = renewed.difference(from: own.objects)
    change.added += difference.added.map { label + $0 }
    change.changed += difference.changed.map { label + $0 }
    change.removed += difference.removed.map { label + $0 }
    if change.commit == nil {
      (change.previous, change.commit, change.branch) = (facts.revision, renewed.commit, facts.branch ?? reference)
    }
    if hasLocation {
      renewed.branch = own.branch ?? reference
    } else {
      renewed.commit = nil
    }
    return renewed
  }
}

extension Fetcher {
  /// With the hashes of those files that have one in the entry: of files whose place does not tell it, they have to be
  /// fetched for that. The others stay what they were, trusted when they are first used.
  private func knowing(
    _ pinned: [ExactText: PinnedObject], _ resolution: Resolution, of wanted: Wanted
  ) async throws(FetchError) -> Resolution {
    var known = try await resolution.hashingLocalFiles()
    if known.files.contains(where: { $0.firstUse != nil && pinned[$0.path.string]?.oid != nil }) {
      var model = ModelInProgress(request: try ModelRequest(wanted.model))
      model.understood(wanted)
      model.resolved(known.keeping { $0.firstUse == nil || pinned[$0.path.string]?.oid != nil })
      let models = await learning([model], by: lookingResolver)
      if let error = models.first?.error { throw error }
      known = models.first?.resolution ?? known
    }
    known = known.keeping { !$0.isLearned || pinned[$0.path.string]?.oid != nil }
    for file in known.files where file.isLearned && pinned[file.path.string]?.oid != file.digest {
      guard let digest = file.digest else { continue }
      progress(.warning(.trusted(file.path.string.escapingControls, digest)))
    }
    return known
  }
}

extension Resolution {
  fileprivate func keeping(_ isWanted: (SelectedFile) -> Bool) -> Resolution {
    var resolution = Resolution(
      sourceName: sourceName, commit: commit, reference: reference, files: files.filter(isWanted),
      configuredLFS: configuredLFS, locked: locked)
    resolution.direct = direct
    return resolution
  }
}

extension RegistryEntry {
  /// Why there is nothing that `registry update` could move, and what to do.
  fileprivate var followsNothing: FetchError {
    let (reason, hint) =
      switch choices.first.map({ ($0.facts.source, try? SourceAddress($0.facts.source ?? "")) }) {
      case (_?, .url?)?:
        (
          "the hash of its file stands in its source",
          "where the file was changed on purpose, change the `#sha256=…` by hand"
        )
      case (nil, _)?:
        ("its files have an address each", "where one was changed on purpose, change its `sha256` and `size` by hand")
      default:
        ("its revision is a commit, and it has no branch", "give it a `branch`, or change its `revision` by hand")
      }
    return FetchError(.usage, "the model `\(name)` follows nothing: \(reason)", hint: hint)
  }
}

extension ModelFacts {
  /// The branch or tag that says what is newest; nil is the repository's default branch.
  var followed: String? { branch ?? revision }

  /// Whether what it is pinned to can move.
  var isFollowing: Bool {
    guard let source, let address = try? SourceAddress(source) else { return false }
    switch address {
    case .git: return !(branch == nil && revision.flatMap { ObjectID(hex: $0) } != nil)
    case .url(_, let digest): return digest == nil
    case .local, .bucket, .release: return true
    case .mirrors: return false
    }
  }
}

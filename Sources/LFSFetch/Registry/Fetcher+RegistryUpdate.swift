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
          throw FetchError(
            .usage, "the model `\(entry.name)` follows nothing: its revision is a commit, and it has no branch",
            hint: "give it a `branch`, or change its `revision` by hand")
        }
        var change = RegistryChange(file: path, model: entry.name)
        let renewed = try await renew(model, &change, remotes)
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
    _ statement: RegistryContents.Statement<RegistryEntry>, _ change: inout RegistryChange, _ remotes: Remotes
  ) async throws(FetchError) -> [(json: JSON, facts: RenewedFacts)] {
    let entry = statement.value
    var places: [(json: JSON, facts: RenewedFacts)] = []
    if entry.model.source != nil, entry.model.isFollowing {
      let facts = entry.model
      let saysObjects = entry.variants.isEmpty || facts.isSelective || !facts.objects.isEmpty
      places.append(
        (statement.json, try await renewed(facts, own: facts, saysObjects, hasLocation: true, &change, "", remotes)))
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
        (json, try await renewed(facts, own: own, saysObjects, hasLocation: hasLocation, &change, label, remotes)))
    }
    return places
  }

  private func renewed(
    _ facts: ModelFacts, own: ModelFacts, _ saysObjects: Bool, hasLocation: Bool, _ change: inout RegistryChange,
    _ label: String, _ remotes: Remotes
  ) async throws(FetchError) -> RenewedFacts {
    let source = facts.source ?? ""
    let isNamedByUser = !registry.strangers.contains(ExactText(source))
    var renewed = RenewedFacts()
    let reference: String?
    if saysObjects {
      let wanted = Wanted(
        model: change.model, source: source, revision: facts.followed,
        selection: Selection(include: facts.files, template: facts.template), main: nil, pinned: [:],
        isFromRegistry: false, isNamedByUser: isNamedByUser)
      let resolution = try await fresh(wanted, remotes)
      (renewed.commit, reference) = (resolution.commit, resolution.shortReference)
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

extension ModelFacts {
  /// The branch or tag that says what is newest; nil is the repository's default branch.
  var followed: String? { branch ?? revision }

  /// Whether what it is pinned to can move: in a repository.
  var isFollowing: Bool {
    guard let source, case .git? = try? SourceAddress(source) else { return false }
    return !(branch == nil && revision.flatMap { ObjectID(hex: $0) } != nil)
  }
}

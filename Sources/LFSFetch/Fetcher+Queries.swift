import Files
import Git
import Text

/// What can be answered from the registry and the cache alone.
extension Fetcher {
  /// Where `get` has put the model; asks nobody. An error of `notFound` when it is not complete in the cache.
  public func path(of request: ModelRequest) throws(FetchError) -> String {
    let wanted = try cachedWanted(request)
    guard let resolution = try resolver.remembered(wanted, trustingReferences: true) else {
      throw notCached(wanted)
    }
    let snapshot = Snapshot(resolution: resolution, store: store)
    do throws(FileError) {
      guard try snapshot.isComplete() else { throw FileError("find", snapshot.path, errno: 0) }
    } catch {
      throw notCached(wanted)
    }
    return resolution.mainPath(wanted.main, in: snapshot.path)
  }

  func notCached(_ wanted: Wanted) -> FetchError {
    FetchError(
      .notFound, "`\(wanted.model.withoutCredentials.escapingControls)` is not in the cache",
      hint: "`lfsfetch get \(wanted.model.withoutCredentials.escapingControls)` fetches it")
  }

  /// The models of the registry, in the order of its layers; those that have `word` in what is said of them, where one
  /// is given.
  public func models(matching word: String? = nil) throws(FetchError) -> [ModelSummary] {
    var summaries: [ModelSummary] = []
    for entry in registry.entries where word.map(entry.mentions) ?? true {
      let cached = entry.model.place == nil ? nil : try cachedResolution(of: entry.name)
      var summary = ModelSummary(
        name: entry.name, aliases: entry.aliases, description: entry.description,
        source: entry.choices.first?.facts.shownSource ?? "",
        bytes: cached?.totalSize ?? entry.model.knownSize, isCached: cached != nil)
      summary.tags = entry.tags
      summary.needsVariant = entry.model.place == nil
      summary.variants = try variants(of: entry)
      summaries.append(summary)
    }
    return summaries
  }

  private func variants(of entry: RegistryEntry) throws(FetchError) -> [VariantSummary] {
    var summaries: [VariantSummary] = []
    for variant in entry.variants {
      let cached = try cachedResolution(of: "\(entry.name):\(variant.name)")
      summaries.append(
        VariantSummary(
          name: variant.name, description: variant.description, memory: variant.memory,
          needsAccelerator: variant.needsAccelerator,
          bytes: cached?.totalSize ?? variant.facts.over(entry.model).selectedSize, isCached: cached != nil))
    }
    return summaries
  }

  /// The groups of models, in the same manner.
  public func presets(matching word: String? = nil) -> [PresetSummary] {
    registry.presets.filter { preset in word.map(preset.mentions) ?? true }.map {
      PresetSummary(name: $0.name, description: $0.description, models: $0.models)
    }
  }

  /// Everything that is known of one model, or of one of its variants.
  public func info(_ name: String) throws(FetchError) -> ModelDetails {
    let request = try ModelRequest(name)
    guard case .name(let model) = request.target else {
      throw FetchError(
        .usage, "`\(name.withoutCredentials.escapingControls)` is no model of the registry",
        hint: "`lfsfetch get --dry-run` shows the files of any repository")
    }
    let entry = try registry.entry(named: model)
    let facts: ModelFacts
    var full = entry.name
    var cached: Resolution?
    if request.variant == nil {
      facts = entry.model
      if facts.place != nil { cached = try cachedResolution(of: full) }
    } else {
      let wanted = try cachedWanted(request)
      full = wanted.model
      facts = try entry.facts(wantedBy: try ModelRequest(full))
      cached = try cachedResolution(of: wanted)
    }
    var details = ModelDetails(name: full, source: facts.source?.withoutCredentials)
    details.aliases = entry.aliases
    details.description = entry.description
    details.licence = entry.licence
    details.homepage = entry.homepage
    details.tags = entry.tags
    details.layer = registry.statements(of: entry.name).first?.layer.name
    details.revision = facts.revision
    details.branch = facts.branch
    details.template = facts.template?.text
    details.files = facts.files
    details.main = facts.mainFile
    let objects = facts.objects.sorted { $0.key < $1.key }
    details.objects = objects.map { .init(path: $0.text, oid: $1.oid?.hex, size: $1.size) }
    details.mirrors = objects.flatMap(\.value.mirrors).map(\.description)
    details.needsVariant = facts.place == nil
    details.variants = request.variant == nil ? try variants(of: entry) : []
    if cached != nil { details.cachedPath = try path(of: try ModelRequest(full)) }
    return details
  }

  private func cachedResolution(of name: String) throws(FetchError) -> Resolution? {
    try cachedResolution(of: try Wanted(try ModelRequest(name), registry: registry))
  }
}

extension RegistryEntry {
  fileprivate func mentions(_ word: String) -> Bool {
    let texts = [name, description ?? "", licence ?? ""] + aliases + tags + choices.compactMap(\.facts.source)
    return texts.contains { $0.lowercased().contains(word.lowercased()) }
  }
}

extension Preset {
  fileprivate func mentions(_ word: String) -> Bool {
    ([name, description ?? ""] + models).contains { $0.lowercased().contains(word.lowercased()) }
  }
}

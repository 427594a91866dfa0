import Files

/// From what the user asked for to single models: presets, and the variant that fits.
extension Fetcher {
  /// The requests with each preset replaced by its models.
  public func expanded(_ requests: [ModelRequest]) -> [ModelRequest] {
    requests.flatMap { request -> [ModelRequest] in
      guard case .name(let name) = request.target, request.variant == nil, let preset = registry.preset(named: name)
      else { return [request] }
      return preset.models.compactMap { text in
        guard var model = try? ModelRequest(text) else { return nil }
        (model.revision, model.include, model.exclude) = (request.revision, request.include, request.exclude)
        return model
      }
    }
  }

  /// What a request means, with `auto` decided on by what the machine has.
  func wanted(_ request: ModelRequest) throws(FetchError) -> Wanted {
    guard let entry = try entry(ofAutomatic: request) else { return try Wanted(request, registry: registry) }
    return try Wanted(request.with(variant: try choose(among: entry.variants, of: entry)), registry: registry)
  }

  /// The first of some variants of a model that fits this machine.
  func choose(among variants: [Variant], of entry: RegistryEntry) throws(FetchError) -> String {
    let candidates = variants.map { candidate($0, of: entry) }
    let (choice, objections) = VariantChoice.choose(among: candidates, on: .current(cache: cache))
    guard let choice else {
      throw FetchError(
        .notFound, "no variant of `\(entry.name)` fits this machine", causes: objections,
        hint: "to fetch one nevertheless, name it: `\(entry.name):\(variants.last?.name ?? "")`")
    }
    progress(.variantChosen(model: entry.name, variant: choice.variant, reason: choice.reason))
    return choice.variant
  }

  /// The same for what only looks into the cache: there `auto` is the first variant that is in it.
  func cachedWanted(_ request: ModelRequest) throws(FetchError) -> Wanted {
    if let entry = try entry(ofAutomatic: request) {
      for variant in entry.variants {
        let wanted = try Wanted(request.with(variant: variant.name), registry: registry)
        if try cachedResolution(of: wanted) != nil { return wanted }
      }
    }
    return try wanted(request)
  }

  private func entry(ofAutomatic request: ModelRequest) throws(FetchError) -> RegistryEntry? {
    guard request.variant == Variant.automatic, case .name(let name) = request.target else { return nil }
    let entry = try registry.entry(named: name)
    return entry.variants.isEmpty ? nil : entry
  }

  private func candidate(_ variant: Variant, of entry: RegistryEntry) -> VariantChoice.Candidate {
    let sizes = variant.facts.over(entry.model).selectedObjects.compactMap { object in
      object.size.flatMap { size in object.oid.map { (oid: $0, size: size) } }
    }
    let all = sizes.totalSize { $0.size }
    let missing = sizes.totalSize { object in
      (try? store.contains(object.oid, size: object.size)) == true ? 0 : object.size
    }
    return VariantChoice.Candidate(
      name: variant.name, memory: variant.memory ?? (sizes.isEmpty ? nil : all),
      needsAccelerator: variant.needsAccelerator, download: sizes.isEmpty ? nil : missing)
  }

  /// nil when the model is not complete in the cache.
  func cachedResolution(of wanted: Wanted) throws(FetchError) -> Resolution? {
    guard let resolution = try resolver.remembered(wanted, trustingReferences: true) else { return nil }
    let isComplete = try? Snapshot(resolution: resolution, store: store).isComplete()
    return isComplete == true ? resolution : nil
  }
}

extension ModelRequest {
  fileprivate func with(variant: String) -> ModelRequest {
    var request = self
    request.variant = variant
    return request
  }
}

extension ModelFacts {
  /// The objects that are known of the files that are wanted.
  var selectedObjects: [PinnedObject] {
    let selection = Selection(include: files, template: template)
    return objects.filter { selection.contains(Array($0.key.text.utf8)) }.map(\.value)
  }

  /// The sum of their sizes, or nil when none is known.
  var selectedSize: Int64? {
    let sizes = selectedObjects.compactMap(\.size)
    return sizes.isEmpty ? nil : sizes.totalSize { $0 }
  }
}

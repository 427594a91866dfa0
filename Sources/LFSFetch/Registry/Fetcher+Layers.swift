import Text

/// How a `Fetcher` comes by its registry.
extension Fetcher {
  /// A fetcher whose registry has all its layers: those of other hosts that are not in the cache are fetched. With
  /// `refresh` in the configuration, those that are not pinned are fetched anew.
  public static func withAllLayers(
    _ configuration: FetcherConfiguration = FetcherConfiguration(),
    progress: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) async throws(FetchError) -> Fetcher {
    // One for all, so that what was learnt of a host for the layers, such as its credentials, serves the models.
    let network = Network(configuration, progress: progress)
    let download = LayerDownload(network)
    var fetched: Set<LayerAddress> = []
    var loaded = try configuration.loadRegistry(progress)
    while true {
      let stale = configuration.refresh ? loaded.remotes.filter { !$0.address.isPinned } : []
      let wanted = (loaded.missing + stale).filter { !fetched.contains($0.address) }
      // A layer may name others, which are known only now.
      if wanted.isEmpty {
        if let missing = loaded.missing.first { throw missing.notFetched }
        return Fetcher(configuration, loaded.registry, network, progress: progress)
      }
      for layer in wanted where fetched.insert(layer.address).inserted {
        let pin = try await download.fetch(layer)
        progress(.layerFetched(source: layer.address.description, revision: pin))
      }
      loaded = try configuration.loadRegistry()
    }
  }
}

extension FetcherConfiguration {
  func loadRegistry(
    _ progress: (ProgressEvent) -> Void = { _ in }
  ) throws(FetchError) -> RegistryLoader.Result {
    let places = registryPlaces
    for warning in places.warnings { progress(.warning(warning)) }
    return try RegistryLoader.load(places, given: registryFiles, cache: LayerCache(cache))
  }
}

extension RegistryLoader.RemoteLayer {
  var notFetched: FetchError {
    FetchError(
      .notFound, "the registry `\(address.description.escapingControls)` is not in the cache",
      hint: "`lfsfetch list` fetches it")
  }
}

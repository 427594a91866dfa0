import Git
import HTTP

/// Where each object can be had.
extension Fetcher {
  /// For each object, in this order: the places of the command that have it; those of the registry that promise it;
  /// the mirrors that the registry knows.
  func sources(
    of missing: [MissingObject], for models: [ModelInProgress]
  ) throws(FetchError) -> [SHA256Digest: [Source]] {
    var sources: [SHA256Digest: [Source]] = [:]
    var firstError: FetchError?
    func add(_ source: Source, to oid: SHA256Digest) {
      if !(sources[oid, default: []].contains(source)) { sources[oid, default: []].append(source) }
    }
    for model in models where model.isAlive {
      guard let wanted = model.wanted, let resolution = model.resolution else { continue }
      do throws(FetchError) {
        let repository = try source(
          of: wanted.source, reference: resolution.reference, configuredByRepository: resolution.configuredLFS,
          isNamedByUser: wanted.isNamedByUser)
        let hub = try hubSources(of: wanted, resolution)
        for object in resolution.objects {
          for source in resolution.direct[object.oid] ?? [] { add(source, to: object.oid) }
          if let repository { add(repository, to: object.oid) }
          if let hub = hub[object.oid] { add(hub, to: object.oid) }
        }
      } catch {
        firstError = firstError ?? error
      }
    }
    let wanted = Set(missing.map(\.oid))
    let strangers = registry.strangers
    let registered = registry.entries.flatMap(\.choices).map(\.facts)
    for facts in registered {
      for object in facts.objects.values where wanted.contains(object.oid) {
        if let place = facts.source,
          let source = try? source(
            of: place, reference: nil, configuredByRepository: nil, isNamedByUser: !strangers.contains(place))
        {
          add(source, to: object.oid)
        }
      }
    }
    for facts in registered {
      for object in facts.objects.values where wanted.contains(object.oid) {
        for mirror in object.mirrors { add(.url(mirror), to: object.oid) }
      }
    }
    if let firstError, missing.contains(where: { sources[$0.oid] == nil }) { throw firstError }
    return sources
  }

  /// Where a place as a whole has its objects: the LFS side of a repository, or the one file that it is.
  private func source(
    of repository: String, reference: String?, configuredByRepository: String?, isNamedByUser: Bool
  ) throws(FetchError) -> Source? {
    if case .url(let url, _) = try SourceAddress(repository) { return .url(url, isNamedByUser: isNamedByUser) }
    let config = try network.parts().config
    let location = try reading(repository) { () throws(GitError) in
      try GitLocation(config.rewriting(repository)).absolute
    }
    let localObjects = try reading(repository) { () throws(GitError) in try location.lfsObjectsFolder }
    let endpoint = try Endpoint.discover(
      remote: repository, reference: reference, localObjects: localObjects, config: config,
      configuredByRepository: configuredByRepository, isNamedByUser: isNamedByUser)
    return try endpoint.source(asking: repository.withoutCredentials, config)
  }
}

import Git
import HTTP
import Text

/// Where each object can be had.
extension Fetcher {
  /// For each object, in this order: the places of the command that have it; those of the registry that promise it;
  /// the mirrors that the registry knows.
  func sources(
    of missing: [MissingObject], for models: [ModelInProgress]
  ) throws(FetchError) -> [SHA256Digest: [Source]] {
    var sources: [SHA256Digest: [Source]] = [:]
    var firstError: FetchError?
    let config = try network.parts().config
    func add(_ source: Source, to oid: SHA256Digest) throws(FetchError) {
      let source = try source.rewritten(by: config)
      if !(sources[oid, default: []].contains(source)) { sources[oid, default: []].append(source) }
    }
    for model in models where model.isAlive {
      guard let wanted = model.wanted, let resolution = model.resolution else { continue }
      do throws(FetchError) {
        let places = try places(of: wanted, resolution)
        for object in resolution.objects {
          for source in places(object.oid) { try add(source, to: object.oid) }
        }
      } catch {
        firstError = firstError ?? error
      }
    }
    let wanted = Set(missing.map(\.oid))
    let strangers = registry.strangers
    let registered = registry.entries.flatMap(\.choices).map(\.facts)
    for facts in registered {
      for object in facts.objects.values {
        guard let oid = object.oid, wanted.contains(oid), let place = facts.source,
          case .git? = try? SourceAddress(place),
          let source = try? source(
            of: place, reference: nil, configuredByRepository: nil, isNamedByUser: !strangers.contains(ExactText(place))
          )
        else { continue }
        try add(source, to: oid)
      }
    }
    for facts in registered {
      for object in facts.objects.values {
        guard let oid = object.oid, wanted.contains(oid) else { continue }
        for mirror in object.mirrors { try add(.url(mirror), to: oid) }
      }
    }
    if let firstError, missing.contains(where: { sources[$0.oid] == nil }) { throw firstError }
    return sources
  }

  /// Where a place has each of its objects.
  private func places(
    of wanted: Wanted, _ resolution: Resolution
  ) throws(FetchError) -> (SHA256Digest) -> [Source] {
    if case .git = try SourceAddress(wanted.source) {
      let repository = try source(
        of: wanted.source, reference: resolution.reference, configuredByRepository: resolution.configuredLFS,
        isNamedByUser: wanted.isNamedByUser)
      let hub = try hubSources(of: wanted, resolution)
      return { oid in [repository] + (hub[oid].map { [$0] } ?? []) }
    }
    if case .bucket(let address) = try SourceAddress(wanted.source) {
      let objects = try sources(of: resolution.files, in: address, wanted)
      return { oid in (objects[oid].map { [$0] } ?? []) + (resolution.direct[oid] ?? []) }
    }
    // The address that the user gave may have a query, which what is remembered has not.
    let direct = wanted.directSources(of: resolution.files)
    return { oid in (direct[oid] ?? []) + (resolution.direct[oid] ?? []) }
  }

  /// The LFS side of a repository.
  private func source(
    of repository: String, reference: String?, configuredByRepository: String?, isNamedByUser: Bool
  ) throws(FetchError) -> Source {
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

extension Source {
  /// The address that git's `url.<base>.insteadOf` makes of a plain one.
  fileprivate func rewritten(by config: GitConfig) throws(FetchError) -> Source {
    guard case .url(let url, let isNamedByUser) = self else { return self }
    return .url(try config.rewriting(file: url), isNamedByUser: isNamedByUser)
  }
}

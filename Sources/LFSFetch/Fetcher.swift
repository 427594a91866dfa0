import Files
import Git
import HTTP

/// Names go in, verified files come out.
///
/// ```swift
/// let fetcher = try await Fetcher.withAllLayers(FetcherConfiguration())
/// for result in await fetcher.get([try ModelRequest("fast")]) {
///   print(try result.get().path)
/// }
/// ```
///
/// A `Fetcher` is cheap to make and asks nobody until it is told to.
public final class Fetcher: Sendable {
  public static var version: String { HTTPClient.version }

  let configuration: FetcherConfiguration
  let cache: Cache
  let store: ObjectStore
  let registry: Registry
  let resolver: Resolver
  let network: Network
  let progress: @Sendable (ProgressEvent) -> Void

  /// Layers of the registry that other hosts have must be in the cache; see `withAllLayers`.
  public convenience init(
    _ configuration: FetcherConfiguration = FetcherConfiguration(),
    progress: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) throws(FetchError) {
    let loaded = try configuration.loadRegistry(progress)
    if let missing = loaded.missing.first { throw missing.notFetched }
    self.init(configuration, loaded.registry, Network(configuration, progress: progress), progress: progress)
  }

  init(
    _ configuration: FetcherConfiguration, _ registry: Registry, _ network: Network,
    progress: @escaping @Sendable (ProgressEvent) -> Void
  ) {
    self.configuration = configuration
    self.registry = registry
    self.progress = progress
    cache = configuration.cache
    store = ObjectStore(cache)
    self.network = network
    resolver = Resolver(
      cache: cache, refreshes: configuration.refresh, isOffline: configuration.offline, report: progress)
  }

  /// Fetches all of them together: an object that several want is downloaded once, and one that fails does not stop
  /// the others. The results are in the order of the requests, as `expanded` has them.
  ///
  /// With a lock the files are those that it names, and git repositories are not asked.
  public func get(
    _ requests: [ModelRequest], lockedBy lock: ModelLock? = nil
  ) async -> [Result<FetchedModel, FetchError>] {
    await fetch(requests, lockedBy: lock).map(\.result)
  }

  /// The same, with all that became known on the way.
  func fetch(_ requests: [ModelRequest], lockedBy lock: ModelLock? = nil) async -> [ModelInProgress] {
    let requests = expanded(requests)
    let start = ContinuousClock.now
    var models = requests.map { ModelInProgress(request: $0) }
    do {
      try prepareCache()
      let remotes = Remotes(network)
      models = await resolve(models, remotes, lockedBy: lock)
      let missing = try findMissing(of: &models)
      let present = announce(models, missing: missing)
      let run = missing.isEmpty && !models.contains(where: \.isIncomplete) ? nil : try beginRun()
      tellOfTrust(in: missing)
      let outcome = await download(missing, for: models)
      let failures = explained(outcome, models, isLocked: lock != nil)
      for index in models.indices { models[index].note(failures) }
      learn(outcome.learned, in: &models)
      models = await putInPlace(models, remotes, copies: outcome.copies)
      for copy in outcome.copies.values { copy.discard() }
      try await end(run)
      progress(
        .finished(
          downloaded: outcome.downloaded, reused: present + outcome.reused, seconds: start.secondsAgo))
    } catch {
      for index in models.indices { models[index].fail(error) }
    }
    for model in models {
      switch model.result {
      case .success(let fetched): progress(.modelFinished(model: fetched.model, path: fetched.path))
      case .failure(let error): progress(.modelFailed(model: model.request.text, error: error))
      }
    }
    return models
  }
}

/// A model that was fetched.
public struct FetchedModel: Sendable, Equatable {
  /// The name in the registry, or the request as it was given, without credentials.
  public let model: String
  /// The main file when there is one, else the folder of the files.
  public let path: String
  /// nil where the registry pins every file by its hash, and nobody was asked for the commit.
  public let commit: String?
  public let files: Int
  public let bytes: Int64
}

extension ContinuousClock.Instant {
  var secondsAgo: Double { (ContinuousClock.now - self) / .seconds(1) }
}

import Files
import Git
import Text

/// What can be answered from the registry and the cache alone.
extension Fetcher {
  /// Where `get` has put the model; asks nobody. An error of `notFound` when it is not complete in the cache.
  public func path(of request: ModelRequest) throws(FetchError) -> String {
    let wanted = try Wanted(request, registry: registry)
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

  /// The models of the registry, by name.
  public func models() throws(FetchError) -> [ModelSummary] {
    var summaries: [ModelSummary] = []
    for entry in registry.entries {
      let cached = try cachedResolution(of: entry.name)
      summaries.append(
        ModelSummary(
          name: entry.name, aliases: entry.aliases, description: entry.description,
          source: entry.source.withoutCredentials, bytes: cached?.totalSize ?? entry.knownSize, isCached: cached != nil)
      )
    }
    return summaries
  }

  /// Everything that is known of one model.
  public func info(_ name: String) throws(FetchError) -> ModelDetails {
    if case .repository = try ModelRequest(name).target {
      throw FetchError(
        .usage, "`\(name.withoutCredentials.escapingControls)` is no model of the registry",
        hint: "`lfsfetch get --dry-run` shows the files of any repository")
    }
    let entry = try registry.entry(named: name)
    var details = ModelDetails(name: entry.name, source: entry.source.withoutCredentials)
    details.aliases = entry.aliases
    details.description = entry.description
    details.licence = entry.licence
    details.homepage = entry.homepage
    details.revision = entry.revision
    details.branch = entry.branch
    details.files = entry.files
    details.main = entry.main
    let objects = entry.objects.sorted { $0.key < $1.key }
    details.objects = objects.map { .init(path: $0, oid: $1.oid.hex, size: $1.size) }
    details.mirrors = objects.flatMap(\.value.mirrors).map(\.description)
    if try cachedResolution(of: entry.name) != nil { details.cachedPath = try path(of: try ModelRequest(entry.name)) }
    return details
  }

  /// nil when the model is not complete in the cache.
  private func cachedResolution(of name: String) throws(FetchError) -> Resolution? {
    let wanted = try Wanted(try ModelRequest(name), registry: registry)
    guard let resolution = try resolver.remembered(wanted, trustingReferences: true) else { return nil }
    let isComplete = try? Snapshot(resolution: resolution, store: store).isComplete()
    return isComplete == true ? resolution : nil
  }
}

/// One line of `lfsfetch list`.
public struct ModelSummary: Sendable, Equatable {
  public let name: String
  public let aliases: [String]
  public let description: String?
  public let source: String
  /// Of the files in the cache, else of the objects whose size the registry knows; nil when neither is known.
  public let bytes: Int64?
  public let isCached: Bool
}

/// What `lfsfetch info` prints.
public struct ModelDetails: Sendable, Equatable {
  public struct Object: Sendable, Equatable {
    public let path: String
    public let oid: String
    public let size: Int64?
  }

  public let name: String
  public let source: String
  public internal(set) var aliases: [String] = []
  public internal(set) var description: String?
  public internal(set) var licence: String?
  public internal(set) var homepage: String?
  public internal(set) var revision: String?
  public internal(set) var branch: String?
  public internal(set) var files: [String] = []
  public internal(set) var main: String?
  public internal(set) var objects: [Object] = []
  public internal(set) var mirrors: [String] = []
  public internal(set) var cachedPath: String?

  init(name: String, source: String) {
    self.name = name
    self.source = source
  }
}

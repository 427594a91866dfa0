import Git

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a `Fetcher` works; the defaults are right for most.
public struct FetcherConfiguration: Sendable {
  /// nil is the standard place: `$LFSFETCH_CACHE`, else `$XDG_CACHE_HOME/lfsfetch`, else `~/.cache/lfsfetch`.
  public var cacheDirectory: String?
  /// Registries laid over all others, later ones over earlier ones: paths, URLs, or files of git repositories.
  public var registryFiles: [String] = []
  /// Whether the registries of the machine, the user and the project count.
  public var usesStandardRegistries = true
  /// Objects that are fetched at once.
  public var jobs = 128
  /// Connections in all, at most.
  public var connections = 64
  /// Connections to one host, at most; as many are used as make the download faster.
  public var connectionsPerHost = 32
  /// How much may come in over all connections together; nil is no limit. The file `limit-rate` in the cache, looked
  /// at once a second, overrides it while a download runs.
  public var limitRate: ByteRate?
  /// The hours in which to download; outside of them downloads wait.
  public var window: TimeWindow?
  /// How often a request that failed is sent again; nil is for ever. A full disk is waited for ten minutes, with 0 not
  /// at all, with nil for ever.
  public var retries: Int? = 4
  /// How long a connection may bring next to nothing, or take to be made; nil is what git's configuration says, or 30
  /// seconds.
  public var timeout: Duration?
  /// Ask no other machine.
  public var offline = false
  /// Ask where branches point, also for models that are in the cache.
  public var refresh = false
  /// A folder to put the files into.
  public var destination: String?
  /// How files come into `destination`; nil is a reflink where the file system can, else a copy.
  public var link: LinkKind?

  /// The longest pause between two tries; nil is the usual.
  var longestPause: Duration?
  /// Processes of one transfer agent at once.
  var agents = 8

  /// Asks the person at the terminal for credentials that are found nowhere else. It may block, and is called once at
  /// most for a host. nil: nobody is asked.
  public var ask: (@Sendable (CredentialQuestion) -> CredentialAnswer?)?

  /// What git is configured to in the repository that is worked in; nil where there is none: then the user's own.
  var gitConfig: GitConfig?

  let environment: [String: String]
  /// Looks any variable up, for those whose names depend on a host.
  let variable: @Sendable (String) -> String?

  public init(environment: [String: String]? = nil) {
    self.environment = environment ?? Self.processEnvironment
    variable = { name in environment.map { $0[name] } ?? Git.processEnvironment(name) }
  }

  var cache: Cache {
    cacheDirectory.map { Cache(root: $0) } ?? .standard(environment)
  }

  var patienceWithFullDisk: Duration? { retries.map { $0 == 0 ? .zero : .seconds(600) } }

  var registryPlaces: RegistryPlaces { usesStandardRegistries ? .standard(environment) : .none }

  /// Only what the library asks for.
  private static var processEnvironment: [String: String] {
    ["LFSFETCH_CACHE", "LFSFETCH_SYSTEM_REGISTRY", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME"].reduce(into: [:]) {
      values, name in
      if let value = getenv(name) { values[name] = String(cString: value) }
    }
  }
}

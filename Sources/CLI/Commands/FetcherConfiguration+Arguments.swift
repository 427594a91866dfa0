import LFSFetch

extension FetcherConfiguration {
  /// The configuration that the options of a command ask for; an option not given leaves the library's own choice.
  init(_ arguments: Arguments) {
    self.init()
    if let cache = arguments.value(of: .cache) { cacheDirectory = cache }
    registryFiles += arguments.values(of: .registry)
    if let jobs = arguments.number(of: .jobs) { self.jobs = jobs }
    if let connections = arguments.number(of: .connections) { self.connections = connections }
    offline = arguments.has(.offline)
    refresh = arguments.has(.refresh)
    destination = arguments.value(of: .to)
    link = arguments.value(of: .link).flatMap { LinkKind(rawValue: $0) }
  }
}

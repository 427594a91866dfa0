import LFSFetch

extension FetcherConfiguration {
  /// The configuration that the options of a command ask for; an option not given leaves the library's own choice.
  init(_ arguments: Arguments) throws(FetchError) {
    self.init()
    if let cache = arguments.value(of: .cache) { cacheDirectory = cache }
    registryFiles += arguments.values(of: .registry)
    if let jobs = arguments.number(of: .jobs) { self.jobs = jobs }
    if let connections = arguments.number(of: .connections) { self.connections = connections }
    if let connections = arguments.number(of: .connectionsPerHost) { connectionsPerHost = connections }
    limitRate = try arguments.value(of: .limitRate).map { text throws(FetchError) in
      guard let rate = ByteRate(text) else { throw Self.invalid(.limitRate, text, "a rate such as `800k` or `10M`") }
      return rate
    }
    window = try arguments.value(of: .window).map { text throws(FetchError) in
      guard let window = TimeWindow(text) else { throw Self.invalid(.window, text, "hours such as `22:00-06:00`") }
      return window
    }
    if let text = arguments.value(of: .retries) {
      let number = Int(text)
      guard text == "forever" || number.map({ (0...1_000_000).contains($0) }) == true else {
        throw Self.invalid(.retries, text, "a number, or `forever`")
      }
      retries = number
    }
    timeout = arguments.number(of: .timeout).map { .seconds($0) }
    offline = arguments.has(.offline)
    refresh = arguments.has(.refresh)
    destination = arguments.value(of: .to)
    link = arguments.value(of: .link).flatMap { LinkKind(rawValue: $0) }
  }
  private static func invalid(_ option: OptionSpecification, _ text: String, _ wanted: String) -> FetchError {
    FetchError(.usage, "`--\(option.name)` takes \(wanted), not `\(text)`")
  }
}

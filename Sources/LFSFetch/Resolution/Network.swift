import Git
import HTTP
import Synchronization

/// What is needed to ask other machines: git's configuration, the HTTP client, ssh, the memory of hosts. Made when it
/// is first used, because a run that finds everything in the cache needs none of it.
package final class Network: Sendable {
  package let cache: Cache
  private let configuration: FetcherConfiguration
  var variable: @Sendable (String) -> String? { configuration.variable }
  private let progress: @Sendable (ProgressEvent) -> Void
  /// Over all connections of the command.
  package let limit: RateLimit
  private let state = Mutex<Parts?>(nil)

  package struct Parts: Sendable {
    package let config: GitConfig
    package let client: HTTPClient
    package let ssh: SSHClient
    package let batch: BatchClient
    package let memory: HostMemory
  }

  package init(
    _ configuration: FetcherConfiguration, progress: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.progress = progress
    cache = configuration.cache
    limit = RateLimit(bytesPerSecond: configuration.limitRate?.bytesPerSecond)
  }

  package func parts() throws(FetchError) -> Parts {
    let result = state.withLock { state -> Result<Parts, FetchError> in
      if let state { return .success(state) }
      let hub = HuggingFaceHub(variable: configuration.variable)
      if let fault = hub.fault { return .failure(fault) }
      do throws(GitError) {
        let user = if let given = configuration.gitConfig { given } else { try GitConfig.user() }
        let config = hub.rewriting(user)
        let credentials = Credentials(config: config, variable: configuration.variable, ask: configuration.ask) {
          [progress] message in progress(.warning(message))
        }
        let client = HTTPClient(
          retry: retry, isOffline: configuration.offline, limit: limit, authorizer: credentials.authorizer,
          settings: settings(by: config)
        ) { [progress] origin, pause in
          let seconds = Int((pause / .seconds(1)).rounded(.up))
          progress(.warning("`\(origin.name)` asks to wait \(seconds) s; going on then"))
        }
        let ssh = SSHClient(
          SSHCommand(config), isOffline: configuration.offline, patience: configuration.timeout ?? .seconds(300),
          retry: retry
        ) { [progress] message in progress(.warning(message)) }
        let batch = BatchClient(
          client: client, ssh: SSHAuthentication(ssh, config: config), agents: TransferAgent.offered(in: config),
          config: config)
        let parts = Parts(
          config: config, client: client, ssh: ssh, batch: batch, memory: HostMemory(folder: cache.hosts))
        state = parts
        return .success(parts)
      } catch {
        return .failure(FetchError(.usage, "cannot read git's configuration", causes: [error.description]))
      }
    }
    return try result.get()
  }

  /// Found out once for each host, where that is possible: it takes as long as a small part of a request.
  private func settings(by config: GitConfig) -> @Sendable (HTTPURL) -> TransportSettings {
    let timeout = configuration.timeout
    let isRemembered = config.transportSettingsDependOnOriginAlone
    let remembered = Mutex<[Origin: TransportSettings]>([:])
    return { url in
      if isRemembered, let settings = remembered.withLock({ $0[url.origin] }) { return settings }
      var settings = config.transportSettings(for: url)
      if let timeout { (settings.connectTimeout, settings.lowSpeedTime) = (timeout, timeout) }
      remembered.withLock { [settings] in $0[url.origin] = settings }
      return settings
    }
  }

  private var retry: Retry {
    var retry = configuration.retries.map { Retry(attempts: $0 + 1) } ?? .forever
    if let cap = configuration.longestPause { retry.cap = cap }
    return retry
  }
}

import Git
import HTTP
import Synchronization

/// What is needed to ask other machines: git's configuration, the HTTP client, the memory of hosts. Made when it is
/// first used, because a run that finds everything in the cache needs none of it.
package final class Network: Sendable {
  package let cache: Cache
  private let configuration: FetcherConfiguration
  /// Over all connections of the command.
  package let limit: RateLimit
  private let state = Mutex<Parts?>(nil)

  package struct Parts: Sendable {
    package let config: GitConfig
    package let client: HTTPClient
    package let memory: HostMemory
  }

  package init(_ configuration: FetcherConfiguration) {
    self.configuration = configuration
    cache = configuration.cache
    limit = RateLimit(bytesPerSecond: configuration.limitRate?.bytesPerSecond)
  }

  package func parts() throws(FetchError) -> Parts {
    let result = state.withLock { state -> Result<Parts, FetchError> in
      if let state { return .success(state) }
      do throws(GitError) {
        let config = if let given = configuration.gitConfig { given } else { try GitConfig.user() }
        let timeout = configuration.timeout
        let client = HTTPClient(retry: retry, isOffline: configuration.offline, limit: limit) { url in
          var settings = config.transportSettings(for: url)
          if let timeout { (settings.connectTimeout, settings.lowSpeedTime) = (timeout, timeout) }
          return settings
        }
        let parts = Parts(config: config, client: client, memory: HostMemory(folder: cache.hosts))
        state = parts
        return .success(parts)
      } catch {
        return .failure(FetchError(.usage, "cannot read git's configuration", causes: [error.description]))
      }
    }
    return try result.get()
  }

  /// Who retries for ever also waits as long as a server asks for.
  private var retry: Retry {
    guard let retries = configuration.retries else { return Retry(attempts: .max, patience: .seconds(24 * 3600)) }
    return Retry(attempts: retries + 1)
  }
}

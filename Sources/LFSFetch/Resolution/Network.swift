import Git
import HTTP
import Synchronization

/// What is needed to ask other machines: git's configuration, the HTTP client, the memory of hosts. Made when it is
/// first used, because a run that finds everything in the cache needs none of it.
package final class Network: Sendable {
  private let cache: Cache
  private let isOffline: Bool
  private let state = Mutex<Parts?>(nil)

  package struct Parts: Sendable {
    package let config: GitConfig
    package let client: HTTPClient
    package let memory: HostMemory
  }

  package init(cache: Cache, isOffline: Bool) {
    self.cache = cache
    self.isOffline = isOffline
  }

  package func parts() throws(FetchError) -> Parts {
    let result = state.withLock { state -> Result<Parts, FetchError> in
      if let state { return .success(state) }
      do throws(GitError) {
        let config = try GitConfig.user()
        let client = HTTPClient(isOffline: isOffline, settings: { config.transportSettings(for: $0) })
        let parts = Parts(config: config, client: client, memory: HostMemory(folder: cache.hosts))
        state = parts
        return .success(parts)
      } catch {
        return .failure(FetchError(.usage, "cannot read git's configuration", causes: [error.description]))
      }
    }
    return try result.get()
  }
}

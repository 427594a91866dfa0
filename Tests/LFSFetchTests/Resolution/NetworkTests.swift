import Fixtures
import Git
import HTTP
import Synchronization
import Testing

@testable import LFSFetch

struct NetworkTests {
  @Test func whoHasToWaitIsTold() async throws {
    let server = try FaultServer(["/x": .status(429, headers: ["Retry-After": "300"])])
    let folder = try TemporaryFolder()
    let warnings = Mutex<[String]>([])
    var configuration = FetcherConfiguration()
    configuration.cacheDirectory = folder.path
    let network = Network(configuration) { event in
      if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
    }
    let url = try server.url("/x")
    let request = Task { try await network.parts().client.send(HTTPRequest(.get, url)) }
    while warnings.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
    request.cancel()
    _ = await request.result
    #expect(warnings.withLock { $0 } == ["`127.0.0.1:\(server.port)` asks to wait 300 s; going on then"])
  }
}

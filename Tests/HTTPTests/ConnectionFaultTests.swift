import Fixtures
import Foundation
import Testing

@testable import HTTP

/// Connections that are not made, or end before their time.
struct ConnectionFaultTests {
  private func client(
    retry: Retry = Retry(attempts: 3, base: .milliseconds(1)), tries: Counter = Counter(),
    _ change: @escaping @Sendable (inout TransportSettings) -> Void = { _ in }
  ) -> HTTPClient {
    HTTPClient(retry: retry) { _ in
      tries.increase()
      var settings = TransportSettings()
      change(&settings)
      return settings
    }
  }

  /// nginx ends each HTTP/2 connection after five requests, with GOAWAY, while more are on their way.
  @Test(arguments: [HTTPRequest.Carriage.object, .api, .range])
  func aHostThatEndsItsConnectionsLosesNothing(carriage: HTTPRequest.Carriage) async throws {
    let servers = try Servers.running()
    let client = client { $0.caFile = servers.ca }
    var request = HTTPRequest(.get, try HTTPURL(servers.impatientHTTPS + "/x"))
    request.carriage = carriage
    try await withThrowingTaskGroup(of: HTTPResponse.self) { [request] group in
      for _ in 0..<60 { group.addTask { try await client.send(request) } }
      for try await response in group {
        #expect(response.body == Array("impatient".utf8))
        #expect(response.isMultiplexed == (carriage != .range))
      }
    }
  }

  @Test func aNameThatCannotBeResolvedIsTriedAgain() async throws {
    let tries = Counter()
    let error = await #expect(throws: HTTPError.self) {
      try await client(tries: tries) { $0.proxy = "" }.send(HTTPRequest(.get, HTTPURL("https://nothing.invalid/x")))
    }
    #expect(error?.kind == .cannotResolve)
    #expect(error?.message == "the name `nothing.invalid` cannot be resolved")
    #expect(tries.value == 3)
  }

  @Test func aCertificateThatIsNotBelievedIsNotTriedAgain() async throws {
    let servers = try Servers.running()
    let tries = Counter()
    let error = await #expect(throws: HTTPError.self) {
      try await client(tries: tries).send(HTTPRequest(.get, HTTPURL(servers.https + "/ready")))
    }
    #expect(error?.kind == .tls)
    #expect(error?.message.contains("certificate") == true)
    #expect(tries.value == 1)
  }

  @Test func aPortWhereNobodyListensIsTriedAgain() async throws {
    let tries = Counter()
    let error = await #expect(throws: HTTPError.self) {
      try await client(tries: tries) { $0.proxy = "" }.send(HTTPRequest(.get, HTTPURL("http://127.0.0.1:1/x")))
    }
    #expect(error?.kind == .cannotConnect)
    #expect(error?.message.hasPrefix("cannot connect to 127.0.0.1:1: ") == true)
    #expect(tries.value == 3)
  }

  /// The kernel takes the connection, but nobody ever reads from it.
  @Test(arguments: ["http", "https"])
  func aHostThatAcceptsAndNeverAnswersIsLeft(scheme: String) async throws {
    let silent = try SilentListener()
    let tries = Counter()
    let client = client(retry: Retry(attempts: 2, base: .milliseconds(1)), tries: tries) { settings in
      settings.proxy = ""
      settings.connectTimeout = .seconds(1)
      settings.lowSpeedTime = .seconds(1)
    }
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(HTTPRequest(.get, HTTPURL("\(scheme)://127.0.0.1:\(silent.port)/x")))
    }
    #expect(error?.kind == .timeout)
    #expect(error?.message.hasPrefix("127.0.0.1:\(silent.port) did not answer in time: ") == true)
    #expect(tries.value == 2)
  }
}

/// Accepts connections and says nothing.
private final class SilentListener {
  let port: Int
  private let descriptor: Int32

  struct Failure: Error {}

  init() throws {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isListening else { throw Failure() }
  }

  deinit { close(descriptor) }
}

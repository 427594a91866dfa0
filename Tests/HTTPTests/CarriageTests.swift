import Fixtures
import Foundation
import Testing

@testable import HTTP

/// How requests travel, against the real nginx, which speaks HTTP/2 over TLS.
struct CarriageTests {
  private let servers: Servers
  private let log: ServerLog
  private let client: HTTPClient
  /// Sets the requests of one test apart in nginx's log.
  private let mark = UUID().uuidString

  init() throws {
    servers = try Servers.running()
    log = try ServerLog(servers)
    let ca = servers.ca
    client = HTTPClient(retry: .never) { _ in
      var settings = TransportSettings()
      settings.caFile = ca
      return settings
    }
  }

  private func request(_ base: String, _ carriage: HTTPRequest.Carriage) throws -> HTTPRequest {
    var request = HTTPRequest(.get, try HTTPURL("\(base)/ready?\(mark)"))
    request.carriage = carriage
    return request
  }

  /// The numbers of the connections over which this test's requests came.
  private func connections() async throws -> Set<Substring> {
    Set(try await log.lines(with: mark).compactMap { $0.split(separator: " ")[8].split(separator: ".").first })
  }

  @Test(
    arguments: [
      (.api, true, true), (.object, true, true), (.range, true, false),
      (.api, false, false), (.object, false, false), (.range, false, false),
    ] as [(HTTPRequest.Carriage, Bool, Bool)])
  func onlyWholeAnswersOverTLSComeOverHTTP2(
    carriage: HTTPRequest.Carriage, isSecure: Bool, isMultiplexed: Bool
  ) async throws {
    let response = try await client.send(request(isSecure ? servers.https : servers.http, carriage))
    #expect(response.status == 204)
    #expect(response.isMultiplexed == isMultiplexed)
  }

  private func sendAtOnce(_ count: Int, _ request: HTTPRequest) async throws -> [HTTPResponse] {
    try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
      for _ in 0..<count { group.addTask { [client] in try await client.send(request) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test func eightSmallObjectsShareAConnection() async throws {
    let responses = try await sendAtOnce(8, request(servers.https, .object))
    #expect(responses.allSatisfy { $0.isMultiplexed })
    #expect(try await connections().count == 1)
  }

  @Test func moreSmallObjectsGetFurtherConnections() async throws {
    let responses = try await sendAtOnce(100, request(servers.https, .object))
    #expect(responses.allSatisfy { $0.isMultiplexed })
    #expect(try await (2...16).contains(connections().count))
  }

  @Test func rangesHaveConnectionsOfTheirOwnBesideSmallObjects() async throws {
    #expect(try await client.send(request(servers.https, .object)).isMultiplexed)
    let ranges = try await sendAtOnce(4, request(servers.https, .range))
    #expect(ranges.allSatisfy { !$0.isMultiplexed })
    let objects = try await sendAtOnce(8, request(servers.https, .object))
    #expect(objects.allSatisfy { $0.isMultiplexed })
    #expect(try await connections().count <= 5)
  }

  @Test func smallObjectsAfterRangesAreMultiplexedAsWell() async throws {
    _ = try await sendAtOnce(4, request(servers.https, .range))
    let objects = try await sendAtOnce(8, request(servers.https, .object))
    #expect(objects.allSatisfy { $0.isMultiplexed })
    #expect(try await connections().count <= 5)
  }

  @Test func withoutTLSSmallObjectsAndRangesUseTheSameConnection() async throws {
    for carriage in [.range, .object, .object, .range] as [HTTPRequest.Carriage] {
      _ = try await client.send(request(servers.http, carriage))
    }
    #expect(try await connections().count == 1)
  }

  @Test func withoutTLSNobodyWaitsForAnotherAnswer() async throws {
    let server = try FaultServer(["/slow": .content([1], .slowHeaders(.seconds(60))), "/x": .content([2])])
    let slow = Task { [client, url = try server.url("/slow")] in try await client.send(HTTPRequest(.get, url)) }
    while server.requests("/slow").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).body == [2])
    slow.cancel()
    _ = await slow.result
  }
}

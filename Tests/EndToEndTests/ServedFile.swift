import Fixtures
import Foundation
import Testing

/// A plain file of one test's own behind the real nginx, with ranges and an ETag. It goes when the test is over.
final class ServedFile: Sendable {
  let servers: Servers
  /// What the folder is called that the file is in.
  let folder = UUID().uuidString.lowercased()
  let name: String
  private let log: ServerLog

  var path: String { "\(servers.state)/files/\(folder)/\(name)" }

  init(_ content: Data, name: String = "model.bin") throws {
    servers = try Servers.running()
    log = try ServerLog(servers)
    self.name = name
    try FileManager.default.createDirectory(
      atPath: "\(servers.state)/files/\(folder)", withIntermediateDirectories: true)
    try replace(with: content)
  }

  deinit { try? FileManager.default.removeItem(atPath: "\(servers.state)/files/\(folder)") }

  /// A file beside it takes its place, as a careful publisher does it. Its time is another one, so that nginx gives it
  /// another ETag.
  func replace(with content: Data) throws {
    let temporary = path + ".new"
    try content.write(to: URL(filePath: temporary))
    let age = TimeInterval(-Int.random(in: 10...100_000_000))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: age)], ofItemAtPath: temporary)
    try #require(rename(temporary, path) == 0)
  }

  func url(_ prefix: String = "files") -> String { "\(servers.http)/\(prefix)/\(folder)/\(name)" }

  /// The requests for it so far.
  func requests() async throws -> [LoggedRequest] {
    try await log.requests(with: folder)
  }
}

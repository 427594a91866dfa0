import Fixtures
import Foundation
import Testing

/// A line of the servers' log; CONTRIBUTING.md tells of the fields.
struct LoggedRequest: Sendable, CustomStringConvertible {
  let method: String
  let uri: String
  let status: Int
  let range: String
  let bodyBytes: Int
  let connection: String
  let authorization: String

  init?(_ line: String) {
    let fields = line.split(separator: " ").map(String.init)
    guard fields.count == 10, let status = Int(fields[4]), let bodyBytes = Int(fields[7]) else { return nil }
    (method, uri, self.status, range, self.bodyBytes) = (fields[2], fields[3], status, fields[5], bodyBytes)
    connection = String(fields[8].prefix { $0 != "." })
    authorization = fields[9]
  }

  var isBatch: Bool { uri.hasSuffix("/info/lfs/objects/batch") }
  /// For the bytes of an object, from the object host or, under `stream`, from the LFS server.
  var isObject: Bool { uri.hasPrefix("/objects/") || uri.contains("/objects/storage/") }
  var isGit: Bool { !isBatch && !isObject }

  var description: String { "\(method) \(uri) \(status) \(range) \(bodyBytes) \(authorization)" }
}

extension [LoggedRequest] {
  var git: [LoggedRequest] { filter(\.isGit) }
  var batches: [LoggedRequest] { filter(\.isBatch) }
  var objects: [LoggedRequest] { filter(\.isObject) }
  var bodyBytes: Int { reduce(0) { $0 + $1.bodyBytes } }
}

extension ServerLog {
  /// The requests so far that have `mark` in their path.
  func requests(with mark: String) async throws -> [LoggedRequest] {
    try await lines(with: mark).compactMap { LoggedRequest($0) }.filter { $0.uri.contains(mark) }
  }
}

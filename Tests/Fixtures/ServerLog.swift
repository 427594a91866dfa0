import Foundation
import HTTP

/// The servers' log from the moment on in which this was made: what comes before is of other tests, and reading it
/// again and again is most of what a long run of tests would do.
package struct ServerLog: Sendable {
  private let path: String
  private let ready: String
  private let start: UInt64

  package struct Stuck: Error, CustomStringConvertible {
    package let description = "the servers' log does not grow"
  }

  package init(_ servers: Servers) throws {
    (path, ready) = (servers.log, servers.http + "/ready")
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    start = try file.seekToEnd()
  }

  /// The lines so far that have `mark` in them.
  package func lines(with mark: String) async throws -> [String] {
    // A line for this request proves that every earlier answer has its line, too.
    let end = UUID().uuidString
    _ = try await HTTPClient(retry: .never).send(HTTPRequest(.get, HTTPURL("\(ready)?\(end)")))
    for _ in 0..<500 {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      try file.seek(toOffset: start)
      let data = try file.readToEnd() ?? Data()
      if data.range(of: Data(end.utf8), options: .backwards) != nil {
        return data.split(separator: UInt8(ascii: "\n")).filter { $0.range(of: Data(mark.utf8)) != nil }
          .map { String(decoding: $0, as: UTF8.self) }
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Stuck()
  }
}

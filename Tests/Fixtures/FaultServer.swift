import HTTP
import Synchronization

/// A server on 127.0.0.1 for the faults that no real server makes on demand.
///
/// It does what its table says, path by path, so that a test reads like a table:
///
///     let server = try FaultServer([
///       "/good": .content(bytes),
///       "/torn": .content(bytes, .reset(after: 1000).once, .wrongBytes(at: [5])),
///       "/lfs/objects/batch": .batch(BatchAnswer(contents: [oid: bytes])),
///     ])
///     server.requests("/torn").map(\.connection)
///
/// It stops when it is let go of, or by `stop()`.
package final class FaultServer: Sendable {
  /// `http://127.0.0.1:<port>`
  package let address: String
  package let port: Int
  private let table: RouteTable
  private let listener: Listener

  package init(_ routes: [String: Route] = [:], link: Link = Link()) throws {
    let table = RouteTable(routes, link: link)
    self.table = table
    listener = try Listener { connection in
      connection.serve(table)
    }
    port = listener.port
    address = "http://127.0.0.1:\(listener.port)"
  }

  deinit { stop() }

  /// Closes the port and breaks off what still runs.
  package func stop() {
    listener.stop()
  }

  /// What a path answers from now on; its faults count from the beginning again.
  package subscript(path: String) -> Route? {
    get { table.route(path) }
    set { table.set(newValue, path) }
  }

  package func url(_ path: String) throws -> HTTPURL {
    try HTTPURL(address + path)
  }

  /// Every request so far, in the order in which they came; those for one path when one is named.
  package func requests(_ path: String? = nil) -> [Request] {
    table.requests(path)
  }

  /// The bytes of all bodies of a path that were handed to the network so far.
  package func servedBytes(_ path: String) -> Int {
    table.servedBytes(path)
  }

  /// How much is asked of it at once, now and at most so far.
  package var load: Load { table.load }
}

import Synchronization

@testable import Fixtures

/// A server on 127.0.0.1 that answers each request with the bytes that a test gives it and closes the connection,
/// for what no real server can be made to do.
final class FaultyServer: Sendable {
  let url: String
  private let listener: Listener

  /// `answer` gets each request and its number, from 0.
  init(_ answer: @escaping @Sendable (FaultServer.Request, Int) -> [UInt8]) throws {
    let count = Counter()
    listener = try Listener { connection in
      connection.answerOnce { answer($0, count.next()) }
    }
    url = "http://127.0.0.1:\(listener.port)/x.git"
  }

  deinit { listener.stop() }

  private final class Counter: Sendable {
    private let count = Atomic(0)
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
  }

  /// An answer that ends where it says; `length` pretends another size.
  static func answer(
    _ type: String, _ body: [UInt8], status: String = "200 OK", length: Int? = nil, headers: String = ""
  ) -> [UInt8] {
    Array(
      "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(length ?? body.count)\r\n\(headers)Connection: close\r\n\r\n"
        .utf8) + body
  }
}

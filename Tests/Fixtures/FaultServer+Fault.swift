import HTTP

extension FaultServer {
  /// One way in which an answer goes wrong, and when. Several can be put on one route; they apply in order.
  ///
  /// Without a modifier it always applies. `.once` and `.first(n)` count the requests that it really spoiled: a wrong
  /// byte at an offset that a range does not reach is still to come.
  package struct Fault: Sendable {
    /// Both return whether they did anything.
    var prepare: @Sendable (inout Request) -> Bool = { _ in false }
    var apply: @Sendable (inout Response, Request) -> Bool = { _, _ in false }
    var limit = Int.max
    var servedAtLeast = 0
    var condition: @Sendable (Request) -> Bool = { _ in true }
  }
}

// MARK: - When

extension FaultServer.Fault {
  package var once: Self { first(1) }

  package func first(_ count: Int) -> Self {
    var fault = self
    fault.limit = count
    return fault
  }

  /// Only once the route has served so many bytes of bodies in total.
  package func afterServing(_ bytes: Int) -> Self {
    var fault = self
    fault.servedAtLeast = bytes
    return fault
  }

  /// Conditions add up.
  package func when(_ condition: @escaping @Sendable (FaultServer.Request) -> Bool) -> Self {
    var fault = self
    fault.condition = { [earlier = self.condition] in earlier($0) && condition($0) }
    return fault
  }

  /// For those of the connections that were the first to ask for the path.
  package func onFirstConnections(_ count: Int) -> Self { when { $0.connectionRank <= count } }

  /// When the server is answering so many requests already.
  package func whenMoreAtOnce(than count: Int) -> Self { when { $0.simultaneous > count } }
}

// MARK: - What

extension FaultServer.Fault {
  private static func on(_ change: @escaping @Sendable (inout FaultServer.Response) -> Void) -> Self {
    Self(apply: { response, _ in
      change(&response)
      return true
    })
  }

  /// The connection is torn down after so many bytes of the body.
  package static func reset(after count: Int) -> Self { ending(.reset(after: count), after: count) }

  /// The connection is closed, in good order but before the promised end.
  package static func truncated(after count: Int) -> Self { ending(.close(after: count), after: count) }

  /// Nothing more comes after so many bytes; the connection stays open.
  package static func stall(after count: Int) -> Self { ending(.stall(after: count), after: count) }

  private static func ending(_ ending: FaultServer.Response.Ending, after count: Int) -> Self {
    Self(apply: { response, _ in
      guard response.body.count > count else { return false }
      response.ending = ending
      return true
    })
  }

  package static func dribble(bytesPerSecond: Int) -> Self { on { $0.bytesPerSecond = bytesPerSecond } }

  package static func slowHeaders(_ pause: Duration) -> Self { on { $0.pauseBeforeHeaders = pause } }

  /// The bytes at these offsets of the content are wrong, in whatever range they are asked for.
  package static func wrongBytes(at offsets: [Int]) -> Self {
    Self(apply: { response, _ in
      let reached = offsets.map { $0 - response.offset }.filter(response.body.indices.contains)
      for index in reached { response.body[index] ^= 0xff }
      return !reached.isEmpty
    })
  }

  /// Says `text` in the header; the bytes are those that were asked for.
  package static func wrongContentRange(_ text: String) -> Self {
    Self(apply: { response, _ in
      guard response.status == 206 else { return false }
      response.headers["Content-Range"] = text
      return true
    })
  }

  /// The whole with 200, though a range was asked for.
  package static var rangeIgnored: Self {
    Self(prepare: { request in
      defer { request.headers["Range"] = nil }
      return request.headers["Range"] != nil
    })
  }

  /// An answer of another status instead: 401, 403, 416, 429, 503 …
  package static func status(_ status: Int, headers: HTTPHeaders = [:], body: String = "") -> Self {
    on { response in
      response = FaultServer.Response(status, headers: headers, body: Array(body.utf8))
      response.isReplaced = true
    }
  }

  package static func redirect(to location: String, status: Int = 302) -> Self {
    .status(status, headers: ["Location": location])
  }

  /// `Content-Encoding: gzip`, whether it was asked for or not.
  package static var gzip: Self {
    on { response in
      response.headers["Content-Encoding"] = "gzip"
      response.body = gzipped(response.body)
    }
  }

  /// More bytes than `Content-Length` says.
  package static func longerThanPromised(by count: Int) -> Self {
    on { response in
      response.promisedLength = response.body.count
      response.body += [UInt8](repeating: 0x2a, count: count)
      response.ending = .close(after: response.body.count)
    }
  }

  /// A body that is honest about its length, and longer than the content: bytes too many at the end.
  package static func padded(to count: Int, with byte: UInt8 = 0x20) -> Self {
    on { $0.body += [UInt8](repeating: byte, count: max(0, count - $0.body.count)) }
  }

  /// A body that is honest about its length, and stops early: a broken JSON text, say.
  package static func cut(to count: Int) -> Self { on { $0.body = Array($0.body.prefix(count)) } }

  /// The connection's end is the body's end.
  package static var withoutLength: Self { on { $0.framing = .close } }

  package static var chunked: Self { on { $0.framing = .chunked } }

  /// Whatever the closure does to the answer.
  package static func changed(_ change: @escaping @Sendable (inout FaultServer.Response) -> Void) -> Self { on(change) }
}

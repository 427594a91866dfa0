import HTTP

extension FaultServer {
  /// What one path answers: its healthy answer, and the faults that come over it.
  package struct Route: Sendable {
    package let answer: @Sendable (Request) -> Response
    package let faults: [Fault]

    /// Whatever the closure makes of a request, for what the builders do not cover.
    package init(_ faults: [Fault] = [], answer: @escaping @Sendable (Request) -> Response) {
      self.answer = answer
      self.faults = faults
    }

    /// The same healthy answers with other faults over them. Of a large content they should be made only once: working
    /// out its tag takes a second.
    package func with(_ faults: [Fault]) -> Self { Self(faults, answer: answer) }
  }
}

extension FaultServer.Route {
  /// Bytes as a good file server gives them: ranges, `ETag`, `If-Range`, `If-Match`.
  package static func content(_ bytes: [UInt8], _ faults: FaultServer.Fault...) -> Self {
    content(bytes, faults)
  }

  package static func content(_ bytes: [UInt8], _ faults: [FaultServer.Fault]) -> Self {
    let tag = entityTag(of: bytes)
    return Self(faults) { request in
      let headers: HTTPHeaders = ["ETag": tag, "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"]
      if let wanted = request.headers["If-Match"], wanted != "*", wanted != tag { return FaultServer.Response(412) }
      var whole = FaultServer.Response(200, headers: headers, body: bytes)
      if let wanted = request.headers["If-Range"], wanted != tag { return whole }
      guard let range = request.range(of: bytes.count) else { return whole }
      guard !range.isEmpty else {
        return FaultServer.Response(416, headers: ["Content-Range": "bytes */\(bytes.count)"])
      }
      whole.status = 206
      whole.headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(bytes.count)"
      whole.body = Array(bytes[range])
      whole.offset = range.lowerBound
      return whole
    }
  }

  package static func text(
    _ text: String, type: String = "text/plain", headers: HTTPHeaders = [:], _ faults: FaultServer.Fault...
  ) -> Self {
    var headers = headers
    headers["Content-Type"] = type
    return Self(faults) { [headers] _ in FaultServer.Response(200, headers: headers, body: Array(text.utf8)) }
  }

  package static func json(_ text: String, _ faults: FaultServer.Fault...) -> Self {
    Self(faults) { _ in
      FaultServer.Response(200, headers: ["Content-Type": "application/vnd.git-lfs+json"], body: Array(text.utf8))
    }
  }

  package static func status(_ status: Int, headers: HTTPHeaders = [:], body: String = "") -> Self {
    Self { _ in FaultServer.Response(status, headers: headers, body: Array(body.utf8)) }
  }

  /// `location` may be another server's URL, a path, or the route's own path for a loop.
  package static func redirect(to location: String, status: Int = 302) -> Self {
    Self { _ in FaultServer.Response(status, headers: ["Location": location], body: Array("moved".utf8)) }
  }

  /// What the content route says as `ETag`: different for different bytes (FNV-1a).
  package static func entityTag(of bytes: [UInt8]) -> String {
    let hash = bytes.withUnsafeBufferPointer { buffer in
      buffer.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
    return "\"\(String(hash, radix: 16))\""
  }
}

import HTTP

extension FaultServer {
  /// An answer, with all that can be wrong with it.
  package struct Response: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Where in the route's content the body begins.
    package var offset = 0
    package var framing = Framing.length
    /// What `Content-Length` says where it is not the truth.
    package var promisedLength: Int?
    package var pauseBeforeHeaders = Duration.zero
    package var bytesPerSecond: Int?
    package var ending = Ending.complete
    /// A status fault has taken the place of the content; faults of the content no longer apply.
    var isReplaced = false

    package init(_ status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    /// How the client learns where the body ends.
    package enum Framing: Sendable { case length, chunked, close }

    /// What happens to the connection.
    package enum Ending: Sendable, Equatable {
      case complete
      /// Closed in good order after so many bytes of the body.
      case close(after: Int)
      /// Torn down: the client's next read fails.
      case reset(after: Int)
      /// Kept open, and nothing more is sent.
      case stall(after: Int)
    }
  }
}

extension FaultServer.Response {
  /// Status line and headers.
  var head: [UInt8] {
    var all = headers
    switch framing {
    case .length where status == 204 || status == 304: break
    case .length: all["Content-Length"] = "\(promisedLength ?? body.count)"
    case .chunked: all["Transfer-Encoding"] = "chunked"
    case .close: all["Connection"] = "close"
    }
    let lines =
      ["HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")"] + all.fields.map { "\($0.name): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  /// The bytes that follow the head, and whether the connection can take another request afterwards.
  var tail: (bytes: [UInt8], ending: Ending) {
    switch framing {
    case .length:
      let isShort = ending == .complete && (promisedLength ?? body.count) > body.count
      return (body, isShort ? .close(after: body.count) : ending)
    case .close:
      return (body, ending == .complete ? .close(after: body.count) : ending)
    case .chunked:
      var bytes: [UInt8] = []
      for start in stride(from: 0, to: body.count, by: 1000) {
        let piece = body[start..<min(start + 1000, body.count)]
        bytes += Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + Array("\r\n".utf8)
      }
      return (bytes + Array("0\r\n\r\n".utf8), ending)
    }
  }

  private static let reasons = [
    200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 303: "See Other",
    304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 412: "Precondition Failed", 413: "Content Too Large", 416: "Range Not Satisfiable",
    422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
    503: "Service Unavailable", 507: "Insufficient Storage", 509: "Bandwidth Limit Exceeded",
  ]
}

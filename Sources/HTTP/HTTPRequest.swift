/// One request, as a value.
package struct HTTPRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    /// What the answer to GET would say before its body.
    case head = "HEAD"
    case post = "POST"
  }

  package var method: Method
  package var url: HTTPURL
  package var headers: HTTPHeaders
  /// Credentials, and whatever else a server gave for this address only: dropped when a redirect leaves the origin.
  package var boundHeaders: HTTPHeaders
  package var body: [UInt8]?
  /// The bytes asked for, both ends included.
  package var range: ClosedRange<Int64>?
  package var carriage = Carriage.api
  package var configuredHeaders = ConfiguredHeaders.all
  /// Whoever named the address has also said with what authorization it is to be asked, or that it needs none:
  /// credentials of the user's are not looked for.
  package var isAuthorized = false
  /// The host is known to let nobody in without credentials: they are looked for before it says so.
  package var needsCredentials = false
  /// With what the request is signed; takes the place of every other authorization. Dropped when a redirect leaves the
  /// origin.
  package var signing: RequestSigning?

  /// How the request travels.
  package enum Carriage: Sendable {
    /// A question to a service: HTTP/2 over TLS where the host offers it, compressed where curl can undo it.
    case api
    /// A part of a large object: HTTP/1.1 on a connection that no other transfer shares meanwhile, because HTTP/2
    /// would put all ranges on one TCP connection.
    case range
    /// A small object, whole: some share an HTTP/2 connection where a host offers it over TLS; elsewhere HTTP/1.1, on
    /// the same connections as ranges.
    case object
    /// The same, and so small that there may be thousands of them.
    case small
  }

  /// Which of the headers that the user configured go along; see `TransportSettings`.
  package enum ConfiguredHeaders: Sendable {
    /// To a host that the user named.
    case all
    /// To a host that another host named: only those that the user configured for it.
    case scoped
    /// To an address that carries its own authorization.
    case none
  }

  package init(
    _ method: Method = .get, _ url: HTTPURL, headers: HTTPHeaders = [:], boundHeaders: HTTPHeaders = [:],
    body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.boundHeaders = boundHeaders
    self.body = body
    if let user = url.user, boundHeaders["Authorization"] == nil {
      self.boundHeaders["Authorization"] = "Basic " + base64("\(user):\(url.password ?? "")".utf8)
    }
  }
}

/// The answer to a request; `body` is empty where a sink took it.
package struct HTTPResponse: Sendable {
  package let status: Int
  package let headers: HTTPHeaders
  package var body: [UInt8]
  /// Where the answer came from, after redirects.
  package var url: HTTPURL
  /// Whether it came over HTTP/2, where more requests at once need no more connections.
  package let isMultiplexed: Bool
  /// Whether the host refused the request before it had credentials, and took those that it then had.
  package var hasAskedForCredentials = false

  package init(
    status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], url: HTTPURL, isMultiplexed: Bool = false
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.url = url
    self.isMultiplexed = isMultiplexed
  }
}

/// RFC 4648 base64 with padding.
package func base64(_ bytes: some Collection<UInt8>) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var output: [UInt8] = []
  var iterator = bytes.makeIterator()
  while let first = iterator.next() {
    let second = iterator.next()
    let third = second == nil ? nil : iterator.next()
    let group = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
    output.append(alphabet[Int(group >> 18 & 63)])
    output.append(alphabet[Int(group >> 12 & 63)])
    output.append(second == nil ? UInt8(ascii: "=") : alphabet[Int(group >> 6 & 63)])
    output.append(third == nil ? UInt8(ascii: "=") : alphabet[Int(group & 63)])
  }
  return String(decoding: output, as: UTF8.self)
}

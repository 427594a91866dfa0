import CCurl
import Text

/// An absolute `http` or `https` URL, taken apart by libcurl itself, so that what is checked here is what curl will
/// connect to.
///
/// It is safe to print: `description` has neither credentials nor the query, where signed URLs keep their secrets.
package struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
  /// `http` or `https`.
  package let scheme: String
  /// In lower case; an IPv6 address keeps its brackets.
  package let host: String
  package let port: Int
  /// Percent-decoded.
  package let user: String?
  /// Percent-decoded.
  package let password: String?
  /// Percent-encoded, begins with `/`.
  package private(set) var path: String
  /// Percent-encoded, without the `?`.
  package private(set) var query: String?

  package init(_ text: String) throws(HTTPURLError) {
    try self.init(parsing: text, relativeTo: nil)
  }

  /// What a `Location: <reference>` in an answer from this URL means. Credentials are not inherited.
  package func resolving(_ reference: String) throws(HTTPURLError) -> HTTPURL {
    try HTTPURL(parsing: reference, relativeTo: string)
  }

  /// The query is dropped.
  package func appending(_ suffix: String) -> HTTPURL {
    replacingPath(with: (path.rest(before: "/") ?? path[...]) + suffix)
  }

  /// The query is dropped.
  package func replacingPath(with path: String) -> HTTPURL {
    var url = self
    url.path = path
    url.query = nil
    return url
  }

  package func withQuery(_ query: String) -> HTTPURL {
    var url = self
    url.query = query
    return url
  }

  package var origin: Origin { Origin(scheme: scheme, host: host, port: port) }

  /// The whole URL without user and password.
  package var string: String {
    origin.description + path + (query.map { "?" + $0 } ?? "")
  }

  package var description: String { origin.description + path }
}

/// What decides whether credentials may travel along: scheme, host and port.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
  package let scheme: String
  package let host: String
  package let port: Int

  package init(scheme: String, host: String, port: Int) {
    (self.scheme, self.host, self.port) = (scheme, host, port)
  }

  package var description: String {
    let isDefault = port == (scheme == "https" ? 443 : scheme == "ssh" ? 22 : 80)
    return scheme + "://" + host + (isDefault ? "" : ":\(port)")
  }

  /// How a person names the place: the host, with the port where it is not the usual one.
  package var name: String { String(description.dropFirst(scheme.utf8.count + 3)) }
}

package struct HTTPURLError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}

extension HTTPURL {
  private init(parsing text: String, relativeTo base: String?) throws(HTTPURLError) {
    guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
      throw HTTPURLError(description: "a URL must not contain control characters")
    }
    // curl would take the first part of the path for the host.
    guard !text.utf8.starts(with: "http:///".utf8), !text.utf8.starts(with: "https:///".utf8) else {
      throw HTTPURLError(description: "the address names no host")
    }
    guard let handle = curl_url() else { throw HTTPURLError(description: "out of memory") }
    defer { curl_url_cleanup(handle) }
    if let base {
      guard curl_url_set(handle, CURLUPART_URL, base, 0) == CURLUE_OK else {
        throw HTTPURLError(description: "the address is not a valid URL")
      }
    }
    // curl would percent-encode nothing by itself; a space in a hand-typed path is meant as %20.
    guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_URLENCODE)) == CURLUE_OK else {
      throw HTTPURLError(description: "the address is not a valid http or https URL")
    }

    func part(_ part: CURLUPart, flags: Int32 = 0) -> String? {
      var value: UnsafeMutablePointer<CChar>?
      guard curl_url_get(handle, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
      defer { curl_free(value) }
      return String(cString: value)
    }
    guard let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https" else {
      throw HTTPURLError(description: "only http and https addresses can be fetched")
    }
    guard let host = part(CURLUPART_HOST), !host.isEmpty,
      let port = part(CURLUPART_PORT, flags: CURLU_DEFAULT_PORT).flatMap({ Int($0) })
    else { throw HTTPURLError(description: "the address names no host") }
    // libcurl has decoded it, and would decode it once more on connecting: `%2565` is `%65` here and `e` there.
    guard !host.utf8.contains(UInt8(ascii: "%")) else {
      throw HTTPURLError(description: "the address is not a valid http or https URL")
    }

    self.scheme = scheme
    self.host = host.inLowerCase
    self.port = port
    // A resolved reference inherits nothing: libcurl drops the base's credentials only when the host changes.
    self.user = part(CURLUPART_USER, flags: CURLU_URLDECODE)
    self.password = part(CURLUPART_PASSWORD, flags: CURLU_URLDECODE)
    self.path = part(CURLUPART_PATH) ?? "/"
    self.query = part(CURLUPART_QUERY)
    let (rawUser, rawPassword) = (part(CURLUPART_USER), part(CURLUPART_PASSWORD))
    try rejectEncodedControls(in: [rawUser, rawPassword, host, path])
    // What libcurl refuses to decode would otherwise be a request without credentials.
    guard (rawUser == nil) == (user == nil), (rawPassword == nil) == (password == nil) else {
      throw HTTPURLError(description: "a URL must not contain control characters")
    }
  }

  /// `%0a` and its kind have smuggled second lines into credential look-ups (CVE-2020-5260, CVE-2024-53263).
  private func rejectEncodedControls(in parts: [String?]) throws(HTTPURLError) {
    for part in parts {
      guard var rest = part?.utf8[...] else { continue }
      while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
        rest = rest[percent...]
        let code = String(rest.prefix(3))?.lowercased()
        if let code, ["%00", "%0a", "%0d"].contains(code) {
          throw HTTPURLError(description: "a URL must not contain the control character \(code)")
        }
        rest = rest.dropFirst()
      }
    }
  }
}

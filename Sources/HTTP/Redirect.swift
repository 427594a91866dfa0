/// Where a redirect leads, decided here rather than by curl because of what must not travel along.
///
/// From https to http is refused. Another scheme, host or port gets none of the headers that are bound to the
/// origin (CVE-2022-27774, CVE-2022-27776, CVE-2018-1000007).
enum Redirect {
  static let limit = 5

  /// The request that follows `response`, or nil when it is no redirect.
  static func next(after response: HTTPResponse, to request: HTTPRequest) throws(HTTPError) -> HTTPRequest? {
    guard response.isRedirect, let location = response.headers["Location"] else {
      return nil
    }
    let target: HTTPURL
    do {
      target = try request.url.resolving(location)
    } catch {
      throw HTTPError(
        .redirectRefused, "\(request.url.origin.name) redirects to an address that is not valid: \(error)",
        url: request.url)
    }
    guard !(request.url.scheme == "https" && target.scheme == "http") else {
      throw HTTPError(
        .redirectRefused, "\(request.url.origin.name) redirects from https to the insecure \(target)", url: request.url)
    }
    var next = request
    next.url = target
    if target.origin != request.url.origin {
      next.boundHeaders = [:]
      next.signing = nil
      if next.configuredHeaders == .all { next.configuredHeaders = .scoped }
    }
    if response.status == 303 && request.method == .post {
      next.method = .get
      next.body = nil
      next.headers["Content-Type"] = nil
    }
    return next
  }
}

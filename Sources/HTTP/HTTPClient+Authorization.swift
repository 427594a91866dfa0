/// How a request gets the credentials that its host asks for.
extension HTTPClient {
  /// No chain of sources is longer; a host that never has enough must not keep us for ever.
  private static let mostTries = 20

  /// One request and its answer; after a 401 once more with each credential that there is for the host, the configured
  /// header among them. When all were refused, that is an error; when there was none, 401 is the answer.
  func exchange(_ request: HTTPRequest, sink: BodySink, collectLimit: Int) async throws -> HTTPResponse {
    guard let authorizer, !request.isAuthorized, request.signing == nil else {
      return try await exchangeOnce(request, sink: sink, collectLimit: collectLimit)
    }
    let inquiry = inquiry(about: request)
    // The page of a refusal is not the body that the sink waits for.
    let sink = BodySink(begin: { $0.status == 401 ? .collect : try sink.begin($0) }, write: sink.write)
    var request = request
    if let first = authorizer.first(inquiry) {
      request.boundHeaders["Authorization"] = first
    } else if request.needsCredentials, inquiry.inAddress == nil, inquiry.configured == nil {
      let refusal = HTTPResponse(status: 401, headers: ["WWW-Authenticate": "Basic"], url: request.url)
      request.boundHeaders["Authorization"] = await authorizer.next(inquiry, [], refusal)
    }
    var tried: [String] = []
    var wasAsked = false
    while true {
      let sent = request.boundHeaders["Authorization"] ?? inquiry.configured
      var response = try await exchangeOnce(request, sink: sink, collectLimit: collectLimit)
      guard response.status == 401 else {
        if let sent, response.status < 400 { await authorizer.accepted(inquiry, sent, response.status) }
        if response.isGated { throw HTTPError(gated: request.url) }
        response.hasAskedForCredentials = wasAsked && response.status < 400
        return response
      }
      wasAsked = wasAsked || sent == nil
      if let sent { tried.append(sent) }
      if let configured = inquiry.configured, !tried.contains(configured) {
        request.boundHeaders["Authorization"] = nil
        continue
      }
      guard tried.count < Self.mostTries,
        let next = await authorizer.next(inquiry, tried, response)
      else {
        try Task.checkCancellation()
        if response.isGated { throw HTTPError(gated: request.url) }
        if tried.isEmpty { return response }
        throw HTTPError(refused: tried.map { name($0, inquiry, authorizer) }, by: request.url)
      }
      request.boundHeaders["Authorization"] = next
    }
  }

  /// Whether something is there for the host that goes along with the very first request to it.
  package func goesAheadWithCredentials(_ request: HTTPRequest) -> Bool {
    let inquiry = inquiry(about: request)
    return inquiry.configured != nil || authorizer?.first(inquiry) != nil
  }

  func settingsWithPassphrase(for url: HTTPURL) async -> TransportSettings {
    var settings = settings(url)
    if settings.isClientKeyProtected, let certificate = settings.clientCertificate {
      settings.clientKeyPassphrase = await authorizer?.passphrase(certificate)
    }
    return settings
  }

  private func inquiry(about request: HTTPRequest) -> Authorizer.Inquiry {
    let settings = settings(request.url)
    let configured =
      switch request.configuredHeaders {
      case .all: settings.globalHeaders["Authorization"] ?? settings.headers["Authorization"]
      case .scoped: settings.headers["Authorization"]
      case .none: String?.none
      }
    return Authorizer.Inquiry(
      url: request.url, isNamedByUser: request.configuredHeaders == .all,
      inAddress: request.boundHeaders["Authorization"], configured: configured)
  }

  private func name(_ authorization: String, _ inquiry: Authorizer.Inquiry, _ authorizer: Authorizer) -> String {
    if let name = authorizer.name(inquiry, authorization) { return name }
    return authorization == inquiry.inAddress ? "the credentials in the address" : "the header in git's configuration"
  }
}

extension HTTPError {
  init(refused names: [String], by url: HTTPURL) {
    var list = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let last = list.removeLast()
    let text = list.isEmpty ? last : list.joined(separator: ", ") + " and " + last
    self.init(.unauthorized, "\(url.origin.name) answered 401 Unauthorized: it does not take \(text)", url: url)
  }

  init(gated url: HTTPURL) {
    self.init(.gated, "\(url.origin.name) gives this repository only to those whom its owner has let in", url: url)
  }
}

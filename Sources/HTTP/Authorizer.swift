import Text

/// Gives requests the credentials that hosts ask for.
///
/// A value of closures, because where credentials are kept, and which host they are for, is not for this layer to know.
/// What they give is added to one exchange with the host of `Inquiry.url`, and never becomes a part of the request: so
/// it cannot travel along with a redirect.
package struct Authorizer: Sendable {
  /// A request, as far as it matters here.
  package struct Inquiry: Sendable {
    package let url: HTTPURL
    /// Whether the user named this host; else another host or a repository did.
    package let isNamedByUser: Bool
    /// The `Authorization` that stands in the address, or was given with it.
    package let inAddress: String?
    /// The `Authorization` that the user configured as a header.
    package let configured: String?

    package init(url: HTTPURL, isNamedByUser: Bool, inAddress: String? = nil, configured: String? = nil) {
      self.url = url
      self.isNamedByUser = isNamedByUser
      self.inAddress = inAddress
      self.configured = configured
    }
  }

  /// The `Authorization` with which to begin, where that is another than the request's own; nil is none. It is asked
  /// for every request, so it must be quick.
  package let first: @Sendable (Inquiry) -> String?
  /// What to send after the host has answered 401 to all of `tried`, or to a request without credentials; nil when there
  /// is no more. `refusal` is the last of these answers. It may take long: a program or a person may be asked.
  package let next: @Sendable (Inquiry, _ tried: [String], _ refusal: HTTPResponse) async -> String?
  /// The host took it: an answer of that status came.
  package let accepted: @Sendable (Inquiry, _ authorization: String, _ status: Int) async -> Void
  /// What a person would call it, such as `the token in HF_TOKEN`; nil for what did not come from here.
  package let name: @Sendable (Inquiry, _ authorization: String) -> String?
  /// The passphrase of the client's key, where the configuration says that it has one.
  package let passphrase: @Sendable (_ certificate: String) async -> String?

  package init(
    first: @escaping @Sendable (Inquiry) -> String? = { _ in nil },
    next: @escaping @Sendable (Inquiry, [String], HTTPResponse) async -> String?,
    accepted: @escaping @Sendable (Inquiry, String, Int) async -> Void = { _, _, _ in },
    name: @escaping @Sendable (Inquiry, String) -> String? = { _, _ in nil },
    passphrase: @escaping @Sendable (String) async -> String? = { _ in nil }
  ) {
    self.first = first
    self.next = next
    self.accepted = accepted
    self.name = name
    self.passphrase = passphrase
  }
}

extension HTTPResponse {
  /// In lower case, the schemes in `WWW-Authenticate` and in `LFS-Authenticate`, which LFS servers send instead where browsers must
  /// not ask their users. Of what stands in quotes nothing is mistaken for a scheme that is known here.
  /// https://github.com/git-lfs/git-lfs/blob/main/docs/api/authentication.md
  package var challenges: [String] {
    (headers.all("WWW-Authenticate") + headers.all("LFS-Authenticate")).flatMap { line in
      line.words(at: ",").compactMap { part in
        guard let scheme = part.words(at: " ").first, !scheme.has("=") else { return nil }
        return scheme.inLowerCase
      }
    }
  }

  /// What Hugging Face says of repositories whose owners let people in one by one.
  var isGated: Bool { [401, 403].contains(status) && headers["X-Error-Code"] == "GatedRepo" }
}

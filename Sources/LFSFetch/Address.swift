/// Addresses as the user writes them: URLs and paths, looked at without judging them.
extension String {
  /// Where the authority of a URL begins; nil when there is no `://`.
  package var authorityStart: String.Index? {
    guard let colon = firstIndex(of: ":"), self[colon...].hasPrefix("://") else { return nil }
    return index(colon, offsetBy: 3)
  }

  /// A URL without `user:password@` and without its query, for messages and names; a path as it is.
  package var withoutCredentials: String {
    guard let start = authorityStart else { return self }
    let authority = self[start...].prefix { $0 != "/" }
    let host = authority.lastIndex(of: "@").map { index(after: $0) } ?? start
    return String(self[..<start] + self[host...].prefix { $0 != "?" })
  }

  /// The host of a URL, with the port when it is written.
  package var hostName: String {
    let clean = withoutCredentials
    guard let start = clean.authorityStart else { return self }
    return String(clean[start...].prefix { $0 != "/" })
  }
}

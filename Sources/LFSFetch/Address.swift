/// Addresses as the user writes them: URLs and paths, looked at without judging them.
extension String {
  /// Where the authority of a URL begins; nil when there is no `://`.
  package var authorityStart: String.Index? {
    guard let colon = firstIndex(of: ":"), self[colon...].hasPrefix("://") else { return nil }
    return index(colon, offsetBy: 3)
  }

  /// With its scheme as it is compared everywhere. In addresses `S3://` is the same as `s3://` (RFC 3986, 3.1).
  package var withLowercaseScheme: String {
    guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return self }
    let scheme = self[..<colon].lowercased()
    // `HF:auto` may be a model and its variant.
    guard ["s3", "hf", "file", "http", "https"].contains(scheme), self[colon...].utf8.contains(UInt8(ascii: "/")) else {
      return self
    }
    return scheme + self[colon...]
  }

  /// What stands behind the `#` of an http or https address that means one plain file, and not a repository:
  /// `sha256=` and its hash, or `unverified`. nil for all other addresses.
  package var plainFragment: Substring? {
    guard let authority = authorityStart, ["http", "https"].contains(self[..<authority].dropLast(3).lowercased()),
      let sign = self[authority...].lastIndex(of: "#")
    else { return nil }
    let fragment = self[index(after: sign)...]
    return fragment == "unverified" || fragment.hasPrefix("sha256=") ? fragment : nil
  }

  /// A URL without `user:password@` and without its query, for messages and names; a path as it is.
  package var withoutCredentials: String {
    if let fragment = plainFragment { return String(dropLast(fragment.count + 1)).withoutCredentials + "#" + fragment }
    // Only a revision stands behind an `@` there.
    if hasPrefix(HuggingFaceAddress.scheme) { return self }
    // What is behind the `?` is no secret there, and a part of the address.
    if hasPrefix(BucketAddress.scheme), let settings = BucketAddress.startOfSettings(in: self) {
      return self[..<settings] + BucketAddress.withoutUser(self[settings...])
    }
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

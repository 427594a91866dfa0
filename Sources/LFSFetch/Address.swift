import Text

/// Addresses as the user writes them: URLs and paths, looked at without judging them.
extension String {
  /// Where the authority of a URL begins; nil when there is no `://`.
  package var authorityStart: String.Index? {
    guard let (_, rest) = cut(at: ":") else { return nil }
    return rest.rest(after: "//")?.startIndex
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
    guard let authority = authorityStart, ["http://", "https://"].contains(self[..<authority].inLowerCase),
      let (_, fragment) = self[authority...].cut(atLast: "#")
    else { return nil }
    return fragment == "unverified" || fragment.begins(with: "sha256=") ? fragment : nil
  }

  /// A URL without `user:password@` and without its query, for messages and names; a path as it is.
  package var withoutCredentials: String {
    if let fragment = plainFragment, let address = rest(before: "#" + fragment) {
      return String(address).withoutCredentials + "#" + fragment
    }
    // Only a revision stands behind an `@` there.
    if begins(with: HuggingFaceAddress.scheme) { return self }
    // What is behind the `?` is no secret there, and a part of the address.
    if begins(with: BucketAddress.scheme), let settings = BucketAddress.startOfSettings(in: self) {
      return self[..<settings] + BucketAddress.withoutUser(self[settings...])
    }
    guard let start = authorityStart else { return self }
    let end = self[start...].utf8.firstIndex(of: UInt8(ascii: "/")) ?? endIndex
    let host = self[start..<end].cut(atLast: "@")?.after.startIndex ?? start
    let address = self[host...]
    return String(self[..<start] + (address.cut(at: "?")?.before ?? address))
  }

  /// The host of a URL, with the port when it is written.
  package var hostName: String {
    let clean = withoutCredentials
    guard let start = clean.authorityStart else { return self }
    let place = clean[start...]
    return String(place.cut(at: "/")?.before ?? place)
  }
}

import Text

/// A `#…` in an http or https address that is none of those that say what a plain file is. It would be asked as a
/// repository, or the file be taken without the hash that the user has written.
enum UnknownFragment {
  /// Of a source, which has neither revision nor path behind it.
  static func refuse(in source: String) throws(FetchError) {
    guard source.isWebAddress, source.plainFragment == nil, source.utf8.contains(sign) else { return }
    throw fault(source)
  }

  /// Of what a user types. Revisions and paths may have a `#`; there only what looks like a fragment is one.
  static func refuse(in text: String, namingRepository repository: some StringProtocol) throws(FetchError) {
    guard text.isWebAddress, text.plainFragment == nil, let last = text.utf8.lastIndex(of: sign) else { return }
    let fragment = text[text.utf8.index(after: last)...]
    guard repository.utf8.contains(sign) || isMisspelt(fragment) else { return }
    throw fault(text)
  }

  private static let sign = UInt8(ascii: "#")

  private static func isMisspelt(_ fragment: Substring) -> Bool { hint(for: fragment) != nil }

  /// nil where it is neither near to one that there is, nor names a hash of another kind.
  private static func hint(for fragment: Substring) -> String? {
    let word = fragment.prefix { $0 != "=" && $0 != ":" }.lowercased()
    let isHash = word.utf8.count < fragment.utf8.count
    if NearestName.hint(for: word, among: [isHash ? "sha256" : "unverified"]) != nil {
      return "did you mean `\(isHash ? "#sha256=HEX" : "#unverified")`?"
    }
    let name = word.filter { $0 != "-" && $0 != "_" }
    guard isHash, name == "md5" || (name.hasPrefix("sha") && name.dropFirst(3).allSatisfy(\.isNumber)) else {
      return nil
    }
    return "the hash must be the SHA-256 of the file: `#sha256=HEX`"
  }

  /// Of a URL with a query, what follows may be a part of a secret, and is not shown.
  private static func fault(_ text: String) -> FetchError {
    let fragment = text.utf8.lastIndex(of: sign).map { text[text.utf8.index(after: $0)...] } ?? ""
    return FetchError(
      .usage, "`\(text.withoutCredentials.escapingControls)` has a `#` with something behind it that means nothing",
      causes: [
        "there are `#sha256=` with 64 lowercase hexadecimal digits, and `#unverified`; both are for one plain file"
      ],
      hint: hint(for: fragment) ?? "the address of a repository has no `#`; write `%23` for it")
  }
}

extension String {
  fileprivate var isWebAddress: Bool {
    guard let authority = authorityStart else { return false }
    return ["http", "https"].contains(self[..<authority].dropLast(3).lowercased())
  }
}

import Text

/// What a person may write to name a commit.
package enum Revision: Sendable, Equatable {
  /// Nothing, or `HEAD`: the repository's default branch.
  case head
  case fullID(ObjectID)
  /// A branch, a tag, a full reference name, or, where no name fits, an abbreviated commit id.
  case name(String)

  package init(parsing text: String?) throws(GitError) {
    guard let text, !text.isSame(as: "HEAD") else {
      self = .head
      return
    }
    let isHex = text.utf8.allSatisfy(\.isHexDigit)
    if isHex, let id = ObjectID(hex: text.lowercased()) {
      self = .fullID(id)
      return
    }
    if isHex, text.utf8.count == 64 {
      throw GitError(
        .unsupportedObjectFormat, "`\(text)` is a SHA-256 commit id; only SHA-1 repositories can be read")
    }
    guard RemoteReference.isValidName(text) else {
      throw GitError(.invalidRevision, "`\(text.escapingControls)` is not the name of a branch, a tag or a commit")
    }
    self = .name(text)
  }

  /// The digits when the name may be an abbreviated id, in lower case.
  var abbreviatedID: String? {
    guard case .name(let name) = self, (4..<ObjectID.hexLength).contains(name.utf8.count),
      name.utf8.allSatisfy(\.isHexDigit)
    else { return nil }
    return name.lowercased()
  }

  /// The full names that the revision can mean, best first. Branches come before tags, as with `git clone --branch`.
  var candidates: [String] {
    switch self {
    case .head: ["HEAD"]
    case .fullID: []
    case .name(let name) where name.begins(with: "refs/"): [name]
    case .name(let name): ["refs/heads/\(name)", "refs/tags/\(name)", "refs/\(name)"]
    }
  }

  /// What the references say about the revision, nil when they say nothing.
  func resolve(among references: [RemoteReference]) throws(GitError) -> ResolvedRevision? {
    for candidate in candidates {
      if let reference = references.first(where: { $0.name.isSame(as: candidate) }) {
        let name = self == .head ? reference.target : reference.name
        return ResolvedRevision(commit: reference.commit, reference: name)
      }
    }
    guard let abbreviatedID else { return nil }
    let commits = Set(
      references.filter { $0.id.hex.hasPrefix(abbreviatedID) || $0.peeled?.hex.hasPrefix(abbreviatedID) == true }
        .map(\.commit))
    if commits.count > 1 { throw Revision.ambiguous(abbreviatedID, commits.sorted()) }
    return commits.first.map { ResolvedRevision(commit: $0, reference: nil) }
  }

  static func ambiguous(_ abbreviation: String, _ candidates: [ObjectID]) -> GitError {
    GitError(
      .ambiguousRevision, "the abbreviated commit id `\(abbreviation)` is ambiguous",
      cause: "it may be " + candidates.map(\.hex).joined(separator: " or "))
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

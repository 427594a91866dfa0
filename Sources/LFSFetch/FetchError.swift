/// What went wrong with a request of the user's, in the user's words.
///
/// The layers below throw small errors of their own; everything that leaves this library is one of these.
/// `code` decides the exit status of the program and the status of the API, the rest is for people.
public struct FetchError: Error, Sendable, Equatable {
  public enum Code: String, Sendable, CaseIterable {
    /// The request itself makes no sense: a malformed name, a registry file with a fault.
    case usage
    /// The name, repository, revision, path or object does not exist.
    case notFound
    /// A host could not be reached, or did not answer as the protocol asks.
    case network
    /// A host wants credentials, or refuses the ones it got.
    case authentication
    /// Bytes were not the ones that were promised.
    case integrity
    /// The local disk: full, not writable, not readable.
    case disk
    /// The user interrupted.
    case interrupted
  }

  public var code: Code
  /// What could not be done; names the object. One sentence without a full stop.
  public var message: String
  /// Why, outermost reason first.
  public var causes: [String]
  /// What to do next, when there is something to do.
  public var hint: String?
  /// What git-lfs says in place of all this, where scripts look for it; told when the program is called by that name.
  /// It may have several lines, so whoever makes it escapes what is not his own.
  package var wordsOfGitLFS: String?

  public init(_ code: Code, _ message: String, causes: [String] = [], hint: String? = nil) {
    self.code = code
    self.message = message
    self.causes = causes
    self.hint = hint
  }

  /// The same error, with git-lfs's words for it.
  package func inGitLFS(_ words: String) -> FetchError {
    var error = self
    error.wordsOfGitLFS = words
    return error
  }
}

/// A credential, where it was found, and what the host made of it.
struct FoundCredential: Sendable {
  enum Verdict: Sendable { case open, accepted, refused }

  let credential: Credential
  /// For people: `the token in HF_TOKEN`.
  let name: String
  /// For what came from a helper or a person: whoever keeps credentials for git is told whether they were right.
  var helpers: [CredentialHelper] = []
  var attributes: CredentialAttributes?
  /// Whether it is sent with the first request, because it was given to this very program for this very host.
  var goesAhead = false
  /// Whether a header of git's configuration comes before it.
  var yieldsToHeader = true
  var verdict = Verdict.open
  /// The schemes that the host said it understands, when it took it.
  var challenges: [String] = []
  var isApproved = false
}

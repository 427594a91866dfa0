/// A question to the person at the terminal: who are you, for this host?
public struct CredentialQuestion: Sendable, Equatable {
  public enum Subject: Sendable, Equatable {
    /// Of a host; `https://example.com`. The name of the user, where it is known already.
    case host(String, username: String?)
    /// Of the file of a client certificate, or of its key.
    case certificate(String)
  }

  public let subject: Subject

  public init(_ subject: Subject) { self.subject = subject }
}

/// What the person has answered.
public struct CredentialAnswer: Sendable {
  public let username: String
  public let password: String

  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }
}

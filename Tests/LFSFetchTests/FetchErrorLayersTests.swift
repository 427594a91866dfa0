import Files
import Git
import HTTP
import Testing

@testable import LFSFetch

/// How errors of the layers below become the user's.
@Suite struct FetchErrorLayersTests {
  @Test(
    arguments: [
      (.badURL, .usage), (.offline, .network), (.tls, .network), (.cannotResolve, .network), (.cannotConnect, .network),
      (.timeout, .network), (.connectionLost, .network), (.bodyTooLarge, .network), (.redirectRefused, .network),
      (.other, .network),
    ] as [(HTTPError.Kind, FetchError.Code)])
  func `the network`(kind: HTTPError.Kind, code: FetchError.Code) throws {
    let error = FetchError(http: HTTPError(kind, "why", url: try HTTPURL("http://h/")), doing: "cannot do it")
    #expect(error.code == code)
    #expect(error.message == "cannot do it")
    #expect(error.causes == ["why"])
    switch kind {
    case .offline: #expect(error.hint == "run the command without `--offline` once")
    case .tls:
      #expect(error.hint == "if the host uses a certificate of its own, name its CA file in git's `http.sslCAInfo`")
    default: #expect(error.hint == nil)
    }
  }

  @Test func `a cancelled request is an interruption`() throws {
    let error = HTTPError(.cancelled, "x", url: try HTTPURL("http://h/"))
    #expect(FetchError(http: error, doing: "y") == .interruption)
    #expect(FetchError(git: GitError(.cancelled, "x"), source: "s") == .interruption)
    #expect(
      FetchError.interruption
        == FetchError(.interrupted, "interrupted", hint: "run the same command again to go on from there"))
  }

  @Test(
    arguments: [
      (28, "No space left on device", "make room and run the same command again; what was downloaded is kept"),
      (13, "Permission denied", "check who owns the folder, or choose another with `--cache` or `LFSFETCH_CACHE`"),
      (30, "Read-only file system", "check who owns the folder, or choose another with `--cache` or `LFSFETCH_CACHE`"),
      (5, "Input/output error", nil),
    ] as [(Int32, String, String?)])
  func `the disk`(errno: Int32, reason: String, hint: String?) {
    let error = FetchError(file: FileError("write", "/a\u{1b}b", errno: errno), doing: "cannot keep it")
    #expect(error == FetchError(.disk, "cannot keep it", causes: ["cannot write `/a\\u{1b}b`: \(reason)"], hint: hint))
  }

  @Test(
    arguments: [
      (.invalidURL, .usage), (.unsupportedTransport, .usage), (.unsupportedObjectFormat, .usage), (.config, .usage),
      (.invalidRevision, .usage), (.ambiguousRevision, .usage), (.network, .network), (.protocolViolation, .network),
      (.serverError, .network), (.authentication, .authentication), (.forbidden, .authentication),
      (.repositoryNotFound, .notFound), (.revisionNotFound, .notFound), (.notACommit, .notFound),
      (.emptyRepository, .notFound), (.missingObject, .notFound), (.corrupt, .integrity), (.tooLarge, .integrity),
      (.unsafePath, .integrity), (.notOwned, .disk), (.disk, .disk),
    ] as [(GitError.Code, FetchError.Code)])
  func `git`(code: GitError.Code, expected: FetchError.Code) {
    let error = FetchError(git: GitError(code, "what", cause: "why"), source: "https://me:secret@h:8443/x\u{1b}")
    #expect(error.code == expected)
    #expect(error.message == "cannot read the repository `https://h:8443/x\\u{1b}`")
    #expect(error.causes == ["what", "why"])
    if code == .authentication {
      #expect(
        error.hint
          == "give credentials for h:8443: `git config --global http.https://h:8443/.extraHeader "
          + "'Authorization: Bearer TOKEN'`, or write `https://USER:TOKEN@h:8443/…`")
    }
  }

  @Test(arguments: [
    ("https://me:pw@h/x", "https://h/x"), ("https://h/x", "https://h/x"), ("https://a@b@h/x@v", "https://h/x@v"),
    ("/srv/me@x", "/srv/me@x"), ("git@h:x", "git@h:x"), ("https://me@h", "https://h"), ("", ""),
  ])
  func `no credentials in messages`(text: String, clean: String) {
    #expect(text.withoutCredentials == clean)
  }
}

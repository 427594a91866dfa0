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
    var error = FetchError(file: FileError("write", "/a\u{1b}b", errno: errno), doing: "cannot keep it")
    if errno == 28 { #expect(error.causes.removeLast().hasSuffix(" bytes are free there")) }
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
          == "give a token for h:8443: run `lfsfetch login h:8443`, or set `LFSFETCH_TOKEN_H_8443`; "
          + "docs/concepts/credentials.md has all the ways")
    }
  }

  @Test(arguments: [
    ("https://huggingface.co/org/model", "run `lfsfetch login huggingface.co`, or set `HF_TOKEN`"),
    ("https://github.com/org/model", "run `lfsfetch login github.com`, or set `GITHUB_TOKEN`"),
    ("https://gitlab.com/org/model", "run `lfsfetch login gitlab.com`, or set `GITLAB_TOKEN`"),
    ("http://a-b.c:81/x", "run `lfsfetch login http://a-b.c:81`, or set `LFSFETCH_TOKEN_A__B_C_81`"),
    ("https://[::1]/x", "run `lfsfetch login [::1]`"),
  ])
  func `the ways to give a token`(url: String, ways: String) {
    #expect(
      String.credentials(for: url)
        == "give a token for \(url.hostName): \(ways); docs/concepts/credentials.md has all the ways")
  }

  @Test(arguments: [
    "https://me:pw@huggingface.co/org/model", "https://huggingface.co/org/model.git",
    "https://huggingface.co/org/model.git/info/refs", "https://huggingface.co/org/model.git/info/lfs/objects/batch",
    "https://huggingface.co/org/model/resolve/main/x.bin",
  ])
  func `who may not have a model is told where to ask`(url: String) throws {
    let hint =
      "ask for access at https://huggingface.co/org/model, then give a token of the account that has it: "
      + "run `lfsfetch login huggingface.co`, or set `HF_TOKEN`"
    #expect(FetchError(git: GitError(.gated, "what"), source: url).hint == hint)
    #expect(FetchError(http: HTTPError(.gated, "what", url: try HTTPURL(url)), doing: "x").hint == hint)
  }

  @Test(arguments: [
    ("https://me:pw@h/x", "https://h/x"), ("https://h/x", "https://h/x"), ("https://a@b@h/x@v", "https://h/x@v"),
    ("/srv/me@x", "/srv/me@x"), ("git@h:x", "git@h:x"), ("https://me@h", "https://h"), ("", ""),
    ("https://me:pw@\u{301}h/x?\u{301}key=secret", "https://\u{301}h/x"),
    ("https://\u{301}me:pw@h/\u{301}x", "https://h/\u{301}x"),
  ])
  func `no credentials in messages`(text: String, clean: String) {
    #expect(text.withoutCredentials == clean)
  }
}

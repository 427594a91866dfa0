import Files
import HTTP
import Testing

@testable import LFSFetch

@Suite struct TransferFaultTests {
  private let url: HTTPURL
  init() throws { url = try HTTPURL("http://h/x") }

  @Test func `any error becomes a fault`() {
    if case .disk = TransferFault(FileError("write", "/x", errno: 28)) {} else { Issue.record("disk") }
    if case .cancelled = TransferFault(CancellationError()) {} else { Issue.record("cancelled") }
    if case .cancelled = TransferFault(HTTPError(.cancelled, "", url: url)) {
    } else {
      Issue.record("cancelled request")
    }
    if case .network = TransferFault(HTTPError(.timeout, "", url: url)) {} else { Issue.record("network") }
    if case .corrupt = TransferFault(TransferFault.corrupt) {} else { Issue.record("a fault") }
  }

  @Test func `how the user hears of it`() {
    let cases: [(TransferFault, FetchError)] = [
      (.corrupt, FetchError(.integrity, "the bytes do not have the SHA-256 that they should have")),
      (.unusable("too long"), FetchError(.integrity, "too long")),
      (.status(403, host: "h"), FetchError(.authentication, "h answered 403")),
      (
        .status(401, host: "h"),
        FetchError(
          .authentication, "h answered 401", hint: "give a token for h: docs/concepts/credentials.md has the ways")
      ),
      (
        .status(403, host: "h", said: "AccessDenied: Request has expired"),
        FetchError(.authentication, "h answered 403 AccessDenied: Request has expired")
      ),
      (.status(404, host: "h"), FetchError(.notFound, "h answered 404")),
      (.status(410, host: "h"), FetchError(.notFound, "h answered 410")),
      (.status(500, host: "h"), FetchError(.network, "h answered 500")),
      (.noRanges, FetchError(.network, "the host does not give byte ranges")),
      (.network(HTTPError(.timeout, "late", url: url)), FetchError(.network, "late")),
      (.cancelled, FetchError(.interrupted, "cancelled")),
      (
        .endless(host: "h"),
        FetchError(
          .network, "h does not tell the length of the file, so that its end is not known",
          hint: "write its hash, `#sha256=HEX`, behind the address: it proves that all has come")
      ),
      (
        .unreadable(FileError("open", "/x", errno: 13)),
        FetchError(.disk, "cannot open `/x`: Permission denied", hint: "check who may read it, as `ls -l` shows")
      ),
    ]
    for (fault, error) in cases { #expect(FetchError(fault, name: "a b") == error) }
  }

  @Test func `of a full disk the user hears how much room it has`() {
    let error = FetchError(.disk(FileError("write", "/x\u{1b}", errno: 28)), name: "a b")
    #expect(error.code == .disk)
    #expect(error.message == "cannot store `a b`")
    #expect(error.causes.count == 2)
    #expect(error.causes.first == "cannot write `/x\\u{1b}`: No space left on device")
    let free = error.causes.last?.split(separator: " ", maxSplits: 1)
    #expect(free?.first.flatMap { Int64($0) } != nil)
    #expect(free?.last == "bytes are free there")
    #expect(error.hint == "make room and run the same command again; what was downloaded is kept")
  }
}

import Fixtures
import Foundation
import Testing

/// Keys of an S3 store on each path that fails or leads elsewhere: the secret key leaves the machine nowhere, and what goes
/// along with a signature reaches no other host.
@Suite struct BucketLeakTests {
  private static let keyID = "AKIDM4RK"
  private static let secret = "s3cr3t-M4RK"
  private static let session = "s3ss10n-M4RK"

  /// What the store does with a request that is signed.
  enum Path: String, CaseIterable, Sendable {
    case fine, refused, missing, failing, nonsense, brokenOff, redirected, redirectedForGood, otherRegion, wrongBytes
  }

  private static let content = Fixtures.bytes(count: 3000, seed: 1)
  private static let key = "/models/a.bin"

  private func serve(_ path: Path, on store: FaultServer, other: FaultServer) {
    var route = FaultServer.Route.content(Self.content)
    switch path {
    case .fine, .wrongBytes: break
    case .refused: route = .status(403, body: "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
    case .missing: route = .status(404)
    case .failing: route = .status(500)
    case .nonsense: route = .text("<<<", type: "application/xml")
    case .brokenOff: route = .content(Self.content, .reset(after: 10))
    case .redirected: route = .redirect(to: other.address + Self.key, status: 307)
    case .redirectedForGood: route = .redirect(to: other.address + Self.key, status: 301)
    case .otherRegion:
      route = .status(301, headers: ["x-amz-bucket-region": "127.0.0.1:\(other.port)/", "Location": other.address])
    }
    (store[Self.key], store["/models/"]) = (route, route)
  }

  @Test(arguments: Path.allCases, [true, false])
  func `nothing leaks`(path: Path, byFiles: Bool) async throws {
    let (store, other) = (try FaultServer(), try FaultServer())
    for address in [Self.key, "/models/", "/"] { other[address] = .content(Self.content) }
    serve(path, on: store, other: other)
    let sandbox = try Sandbox()
    var environment = ["AWS_ENDPOINT_URL_S3": store.address]
    if byFiles {
      try sandbox.write(
        "[default]\naws_access_key_id = \(Self.keyID)\naws_secret_access_key = \(Self.secret)\n"
          + "aws_session_token = \(Self.session)\n", to: "home/.aws/credentials")
    } else {
      environment.merge([
        "AWS_ACCESS_KEY_ID": Self.keyID, "AWS_SECRET_ACCESS_KEY": Self.secret, "AWS_SESSION_TOKEN": Self.session,
      ]) { $1 }
    }
    let digest = path == .wrongBytes ? String(repeating: "0", count: 64) : objectName(of: Self.content)
    let registry = try sandbox.write(
      #"{"models": {"m": {"source": "s3://models/a.bin", "objects": {"a.bin": {"sha256": "\#(digest)"}}}}}"#,
      to: "work/models.json")
    let commands = [
      ["get", "--json", "s3://models/a.bin"], ["get", "s3://models/"], ["lock", "s3://models/a.bin"],
      ["get", "m", "--registry", registry, "--to", "out"],
      ["registry", "add", "added", "s3://models/a.bin", "--registry", registry],
      ["registry", "update", "m", "--registry", registry], ["registry", "show", "m", "--registry", registry],
    ]
    var statuses: [Int32] = []
    for words in commands {
      let retries = words.prefix(2) == ["registry", "show"] ? [] : ["--retries", "0"]
      let run = try await sandbox.start(words + retries, environment: environment).outcome()
      statuses.append(run.status)
      for text in [run.output, run.errors] {
        expectNone(of: [Self.keyID, Self.secret, Self.session], in: text, "\(words)")
      }
    }
    // The paths are those that are meant.
    if path == .fine { #expect(statuses[0] == 0, "\(statuses)") }
    if [.refused, .missing, .failing].contains(path) {
      // `registry show` asks nobody.
      #expect(!statuses.dropLast().contains(0), "\(statuses)")
    }
    for name in FileTree.paths(in: sandbox.folder) where !name.hasPrefix("home/.aws/") {
      let text = String(decoding: bytes(sandbox.folder + "/" + name) ?? Data(), as: UTF8.self)
      expectNone(of: [Self.keyID, Self.secret, Self.session], in: name + text, name)
    }
    for (server, marks) in [(store, [Self.secret]), (other, [Self.keyID, Self.secret, Self.session])] {
      for request in server.requests() {
        let fields = request.headers.fields.map { "\($0.name): \($0.value)" }
        expectNone(
          of: marks, in: ([request.path, request.query ?? ""] + fields).joined(separator: "\n"),
          server === store ? "the store" : "another host")
      }
    }
    // They did go along with what was asked of the store: else the search would prove nothing.
    let signed = store.requests().filter { $0.headers["Authorization"]?.contains(Self.keyID) == true }
    #expect(!signed.isEmpty)
    #expect(signed.allSatisfy { $0.headers["x-amz-security-token"] == Self.session })
    if [.redirected, .redirectedForGood].contains(path) { #expect(!other.requests().isEmpty) }
    if path == .otherRegion { #expect(other.requests().allSatisfy { $0.headers["Authorization"] == nil }) }
  }

  private func expectNone(
    of marks: [String], in text: String, _ place: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for mark in marks where text.contains(mark) {
      Issue.record("\(place) has `\(mark)`: \(text)", sourceLocation: sourceLocation)
    }
  }
}

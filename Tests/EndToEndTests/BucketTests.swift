import Fixtures
import Foundation
import Testing

/// `s3://` addresses, against a real S3 store.
@Suite struct BucketTests {
  private let store: BucketStore
  private let sandbox: Sandbox
  private let folder = UUID().uuidString.lowercased()
  private let model = Fixtures.bytes(count: 3_000_000, seed: 1)
  private let labels = Fixtures.bytes(count: 2000, seed: 2)

  init() throws {
    store = try BucketStore.running()
    sandbox = try Sandbox()
  }

  private func put() throws {
    try store.put(model, at: folder + "/model%2B1.bin", hasDigest: true)
    try store.put(labels, at: folder + "/sub/labels.txt")
    try store.put([], at: folder + "/empty")
  }

  private func get(_ words: String..., environment: [String: String] = [:]) async throws -> Launch.Outcome {
    try await sandbox.start(["get"] + words, environment: store.environment.merging(environment) { $1 }).outcome()
  }

  // MARK: Fetching

  @Test func `an object comes with the hash that the store knows`() async throws {
    try put()
    let run = try await get("s3://private/\(folder)/model+1.bin")
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path) == Data(model))
    #expect((run.path as NSString).lastPathComponent == "model+1.bin")
    #expect(!run.errors.contains("nothing tells"), "\(run.errors)")
  }

  @Test func `a folder comes whole, and what has no hash is trusted at first`() async throws {
    try put()
    let run = try await get("s3://private/\(folder)/")
    #expect(run.status == 0, "\(run.errors)")
    #expect(FileTree.paths(in: run.path) == ["empty", "model+1.bin", "sub/labels.txt"])
    #expect(bytes(run.path + "/model+1.bin") == Data(model))
    #expect(bytes(run.path + "/sub/labels.txt") == Data(labels))
    #expect(run.errors.contains("nothing tells what `sub/labels.txt` should be"), "\(run.errors)")
    #expect(!run.errors.contains("nothing tells what `model+1.bin`"))
    let again = try await get("s3://private/\(folder)/")
    #expect(again.path == run.path)
    #expect(again.errors.contains("downloaded 0 B"), "\(again.errors)")
  }

  @Test func `a dry run tells what is to come`() async throws {
    try put()
    let run = try await get("s3://private/\(folder)/", "--dry-run")
    #expect(run.status == 0, "\(run.errors)")
    for (file, isHere) in [("empty", "yes"), ("model+1.bin", "no"), ("sub/labels.txt", "no")] {
      let line = run.outputLines.first { $0.contains(file) }
      #expect(line?.hasSuffix(isHere) == true, "\(run.output)")
    }
  }

  @Test func `globs choose among the keys`() async throws {
    try put()
    for address in ["s3://private/\(folder):**/*.txt", "s3://private/\(folder)/:**/*.txt"] {
      let run = try await get(address)
      #expect(run.status == 0, "\(run.errors)")
      #expect(bytes(run.path) == nil && FileTree.paths(in: run.path) == ["sub/labels.txt"])
    }
    let mistyped = try await get("s3://private/\(folder):modle+1.bin")
    #expect(mistyped.status == 3)
    #expect(mistyped.errors.contains("model+1.bin"), "\(mistyped.errors)")
  }

  @Test func `the endpoint may stand in the address, and TLS and HTTP2 serve as well`() async throws {
    try put()
    try sandbox.setGitConfiguration("[http]\n  sslCAInfo = \(store.ca)\n")
    let keys = store.environment.filter { $0.key != "AWS_ENDPOINT_URL_S3" }
    let run = try await sandbox.run(
      "get", "s3://private/\(folder)/?endpoint=\(store.https)&region=us-east-1", environment: keys)
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path + "/model+1.bin") == Data(model))
  }

  @Test func `settings come from the profile, and the bucket may stand in the host's name`() async throws {
    try put()
    try sandbox.write(
      """
      [profile lab]
      region = us-east-1
      services = lab
      s3 =
        addressing_style = virtual
      [services lab]
      s3 =
        endpoint_url = \(store.virtual)
      """, to: "home/.aws/config")
    try sandbox.write(
      "[lab]\naws_access_key_id = \(store.keyID)\naws_secret_access_key = \(store.secret)\n",
      to: "home/.aws/credentials")
    let run = try await sandbox.run("get", "s3://private/\(folder)/model+1.bin", environment: ["AWS_PROFILE": "lab"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path) == Data(model))
  }

  @Test func `what everybody may read needs no keys`() async throws {
    try store.put(model, at: folder + "/x.bin", in: "public", hasDigest: true)
    let run = try await sandbox.run(
      "get", "s3://public/\(folder)/x.bin", environment: ["AWS_ENDPOINT_URL": store.http])
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path) == Data(model))
  }

  @Test func `an object that changes is another one, and a lock notices it`() async throws {
    try put()
    try sandbox.write(
      #"{"models": {"m": {"source": "s3://private/\#(folder)/?endpoint=\#(store.http)"}}}"#, to: "home/m.json")
    let words = ["--registry", sandbox.home + "/m.json"]
    let environment = store.environment.filter { $0.key != "AWS_ENDPOINT_URL_S3" }
    let locked = try await sandbox.start(["lock", "m"] + words, environment: environment).outcome()
    #expect(locked.status == 0, "\(locked.errors)")
    let lock = try String(contentsOfFile: sandbox.work + "/lfsfetch.lock", encoding: .utf8)
    #expect(lock.contains("s3://private/\(folder)/?endpoint=\(store.http)"), "\(lock)")
    for secret in [store.keyID, store.secret] { #expect(!lock.contains(secret)) }
    try store.put(Fixtures.bytes(count: 2000, seed: 3), at: folder + "/sub/labels.txt")
    let fresh = environment.merging(["LFSFETCH_CACHE": sandbox.folder + "/other"]) { $1 }
    let changed = try await sandbox.start(["get", "m", "--locked"] + words, environment: fresh).outcome()
    #expect(changed.status == 6, "\(changed.errors)")
    #expect(changed.errors.contains("labels.txt"))
  }

  @Test func `a download that is killed goes on where it was`() async throws {
    let large = Fixtures.bytes(count: 24 << 20, seed: 4)
    try store.put(large, at: folder + "/large.bin", hasDigest: true)
    let words = ["get", "s3://private/\(folder)/large.bin", "--limit-rate", "8M"]
    let oid = objectName(of: large)
    let run = try sandbox.stop(words, inTheMiddleOf: oid, after: 4 << 20, environment: store.environment)
    run.send(SIGKILL)
    _ = try await run.outcome()
    let kept = sandbox.journalledBytes(of: oid)
    let second = try await sandbox.start(Array(words.prefix(2)), environment: store.environment).outcome()
    #expect(second.status == 0, "\(second.errors)")
    #expect(bytes(second.path) == Data(large))
    #expect(kept > 0)
    #expect(!second.errors.contains("reused 0 B"), "\(second.errors)")
  }

  // MARK: Refusals

  @Test func `the store's own words are told, and never the keys`() async throws {
    let host = String(store.http.dropFirst("http://".count))
    let missing = try await get("s3://private/\(folder)/no.bin")
    #expect(missing.status == 3)
    #expect(
      missing.errors == """
        error: cannot read `s3://private/\(folder)/no.bin`
          caused by: \(host) answered 404 NoSuchKey: The specified key does not exist.
        hint: check the key; a folder is written with `/` at its end

        """)
    let empty = try await get("s3://private/\(folder)/none/")
    #expect(empty.status == 3)
    #expect(empty.errors.contains("holds nothing"), "\(empty.errors)")
    let wrong = try await get("s3://private/\(folder)/", environment: ["AWS_SECRET_ACCESS_KEY": "s3cr3tmark"])
    #expect(wrong.status == 5)
    #expect(wrong.errors.contains("SignatureDoesNotMatch"), "\(wrong.errors)")
    #expect(!wrong.errors.contains("s3cr3tmark"))
    let half = try await get("s3://private/x", environment: ["AWS_SECRET_ACCESS_KEY": ""])
    #expect(half.status == 2)
    #expect(
      half.errors == """
        error: half a pair of AWS keys is set
          caused by: `AWS_ACCESS_KEY_ID` is in the variables, and `AWS_SECRET_ACCESS_KEY` is not
        hint: set both, or neither: public buckets need none

        """, "\(half.errors)")
    let profile = try await get("s3://private/x", environment: ["AWS_PROFILE": "nobody"])
    #expect(profile.status == 2)
    #expect(profile.errors.contains("there is no AWS profile `nobody`"), "\(profile.errors)")
    let revision = try await get("s3://private/x", "--revision", "v1")
    #expect(revision.status == 2, "\(revision.errors)")
  }

  @Test func `what is pinned needs no question, and a refusal is told in the store's words`() async throws {
    try put()
    let registry = try sandbox.registry(
      """
      "m": {
        "source": "s3://private/\(folder)/", "files": ["model+1.bin"], "main": "model+1.bin",
        "objects": {"model+1.bin": {"sha256": "\(objectName(of: model))", "size": \(model.count)}}
      }
      """)
    let wrong = try await get("m", "--registry", registry, environment: ["AWS_SECRET_ACCESS_KEY": "wrong"])
    #expect(wrong.status == 5)
    #expect(wrong.errors.contains("answered 403 SignatureDoesNotMatch: "), "\(wrong.errors)")
    let run = try await get("m", "--registry", registry)
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path) == Data(model))
  }

  @Test func `a stranger's endpoint gets no keys`() async throws {
    let stranger = try FaultServer()
    stranger["/private/k"] = .status(403, body: "<Error><Code>AccessDenied</Code></Error>")
    try sandbox.write(
      #"{"models": {"m": {"source": "s3://private/k?endpoint=\#(stranger.address)"}}}"#, to: "work/lfsfetch.json")
    let environment = store.environment.merging(["AWS_SESSION_TOKEN": "t0kenmark"]) { $1 }
    let run = try await sandbox.run("get", "m", "--retries", "0", environment: environment)
    #expect(run.status == 5, "\(run.errors)")
    let fields = stranger.requests().flatMap { $0.headers.fields }
    #expect(!fields.isEmpty)
    for field in fields {
      #expect(!field.value.contains(store.keyID) && !field.value.contains("t0kenmark"), "\(field)")
      #expect(!field.name.lowercased().hasPrefix("x-amz-security"))
    }
    // Who types the address means it.
    _ = try await sandbox.run(
      "get", "s3://private/k?endpoint=\(stranger.address)", "--retries", "0", environment: environment)
    #expect(stranger.requests().last?.headers["Authorization"]?.contains(store.keyID) == true)
  }

  @Test func `what was signed for one host does not follow a redirect to another`() async throws {
    let (server, other) = (try FaultServer(), try FaultServer(["/stolen": .content(model)]))
    server["/private/k"] = .redirect(to: other.address + "/stolen")
    let environment = store.environment.merging(
      ["AWS_SESSION_TOKEN": "t0kenmark", "AWS_ENDPOINT_URL_S3": server.address]) { $1 }
    _ = try await sandbox.run("get", "s3://private/k", "--retries", "0", environment: environment)
    #expect(!other.requests().isEmpty)
    for request in other.requests() {
      #expect(request.headers["Authorization"] == nil)
      #expect(
        !request.headers.fields.contains { $0.name.lowercased().hasPrefix("x-amz") && $0.value.contains("t0ken") })
    }
    #expect(server.requests().allSatisfy { $0.headers["x-amz-security-token"] == "t0kenmark" })
  }
}

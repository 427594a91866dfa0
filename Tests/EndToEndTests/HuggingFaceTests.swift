import Fixtures
import Foundation
import Testing

/// `hf://` addresses, against Hugging Face's layout as the real servers have it under `HF_ENDPOINT`.
@Suite struct HuggingFaceTests {
  private let model: ServedModel
  private let sandbox: Sandbox
  private let file = "weights/model.bin"

  init() async throws {
    model = try ServedModel()
    sandbox = try Sandbox()
  }

  private func get(
    _ address: String, _ more: String..., hub: String = "hub", environment: [String: String] = [:]
  ) async throws -> Launch.Outcome {
    try await sandbox.start(
      ["get", address] + more,
      environment: ["HF_ENDPOINT": "\(model.servers.http)/\(hub)"].merging(environment) { $1 }
    ).outcome()
  }

  private func expect(
    _ run: Launch.Outcome, isFileAt revision: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try #require(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
    let oid = try await model.pointer(file, at: revision).oid
    #expect(try await sha256(run.path) == oid, sourceLocation: sourceLocation)
  }

  // MARK: Addresses

  @Test(arguments: [("", "main"), ("@v1", "v1"), ("@refs%2Fpr%2F1", "v1"), ("@refs/pr/1", "v1")])
  func `a file comes by git and LFS`(revision: String, meant: String) async throws {
    try await model.git("update-ref", "refs/pr/1", try await model.commitID("v1"))
    try await expect(get("hf://\(model.name)\(revision)/\(file)"), isFileAt: meant)
    let requests = try await model.requests()
    #expect(requests.git.count == 3)
    #expect(requests.batches.count == 1)
    #expect(!requests.contains { $0.uri.contains("/resolve/") })
  }

  /// By LFS, and where that is refused by the address of the file.
  @Test(arguments: ["datasets/", "spaces/"], ["hub", "quotahub"])
  func `datasets and spaces are had as models are`(kind: String, hub: String) async throws {
    let model = try ServedModel(kind: kind)
    let name = model.name.dropFirst(kind.utf8.count)
    let run = try await get("hf://\(kind)\(name)@v1/\(file)", hub: hub)
    try #require(run.status == 0, "\(run.errors)")
    #expect(try await sha256(run.path) == model.pointer(file, at: "v1").oid)
    let requests = try await model.requests()
    #expect(requests.contains { $0.uri.hasPrefix("/\(hub)/\(kind)\(name)/info/refs") })
    let resolved = requests.filter { $0.uri.contains("/resolve/") }.map(\.uri)
    let commit = try await model.commitID("v1")
    #expect(resolved == (hub == "hub" ? [] : ["/\(hub)/\(kind)\(name)/resolve/\(commit)/\(file)"]))
    // The model of the same name is another place.
    let other = try await get("hf://\(name)@v1/\(file)", hub: hub)
    #expect(other.status == 3, "\(other.errors)")
  }

  @Test(arguments: ["nonsense", "huggingface.co", "ftp://hub.example.com"])
  func `what cannot be asked in the place of Hugging Face is told, and nobody is asked`(endpoint: String) async throws {
    let run = try await get("hf://a/b", environment: ["HF_ENDPOINT": endpoint])
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("error: the variable `HF_ENDPOINT` holds no http or https address\n"))
  }

  @Test func `globs and revisions are given as for any repository`() async throws {
    let run = try await get("hf://\(model.name):weights/copy-*.bin", "--revision", "main")
    try #require(run.status == 0, "\(run.errors)")
    #expect(FileTree.paths(in: run.path) == ["weights/copy-a.bin", "weights/copy-b.bin"])
  }

  @Test func `a registry may name it so, and a lock holds it`() async throws {
    try sandbox.write(
      #"{"models": {"m": {"source": "hf://\#(model.name)", "files": ["\#(file)"], "main": "\#(file)"}}}"#,
      to: "work/lfsfetch.json")
    try await expect(get("m"), isFileAt: "main")
    let environment = ["HF_ENDPOINT": "\(model.servers.http)/hub"]
    let locked = try await sandbox.run("lock", "m", environment: environment)
    #expect(locked.status == 0, "\(locked.errors)")
    let lock = try String(contentsOfFile: sandbox.work + "/lfsfetch.lock", encoding: .utf8)
    #expect(lock.contains("\"https://huggingface.co/\(model.name)\""), "\(lock)")
    try await expect(get("m", "--locked"), isFileAt: "main")
  }

  @Test func `the address of its page means the same repository`() async throws {
    try await expect(get("https://huggingface.co/\(model.name)@v1:\(file)"), isFileAt: "v1")
    #expect(try await model.requests().allSatisfy { $0.uri.hasPrefix("/hub/") || $0.uri.hasPrefix("/objects/") })
  }

  // MARK: Its own addresses of files

  @Test func `where LFS is refused, files come by their own addresses`() async throws {
    let run = try await get("hf://\(model.name)@v1/\(file)", hub: "quotahub")
    #expect(run.status == 0, "\(run.errors)")
    let requests = try await model.requests()
    let commit = try await model.commitID("v1")
    #expect(requests.batches.map(\.status) == [403])
    let resolved = requests.filter { $0.uri.contains("/resolve/") }
    #expect(resolved.map(\.uri) == ["/quotahub/\(model.name)/resolve/\(commit)/\(file)"])
    #expect(resolved.map(\.status) == [302])
    #expect(run.errors.contains("going on with \(model.servers.http)/quotahub/\(model.name)/resolve/\(commit)/\(file)"))
  }

  @Test func `names with any character have an address`() async throws {
    let run = try await get("hf://\(model.name):weights/*[ #%]*.bin", hub: "quotahub")
    #expect(run.status == 0, "\(run.errors)")
    #expect(FileTree.paths(in: run.path) == ["weights/%41.bin", "weights/100% #1.bin", "weights/with space.bin"])
  }

  @Test func `what is pinned needs no git there either`() async throws {
    let pointer = try await model.pointer(file, at: "v1")
    let registry = try sandbox.registry(
      """
      "m": {
        "source": "hf://\(model.name)", "revision": "v1", "files": ["\(file)"], "main": "\(file)",
        "objects": {"\(file)": {"sha256": "\(pointer.oid)", "size": \(pointer.size)}}
      }
      """)
    try await expect(get("m", "--registry", registry, hub: "quotahub"), isFileAt: "v1")
    let requests = try await model.requests()
    #expect(!requests.contains { $0.uri.contains("/info/refs") })
    #expect(requests.contains { $0.uri.hasSuffix("/resolve/v1/\(file)") })
  }

  // MARK: Gated ones

  @Test func `a gated repository wants a token`() async throws {
    let refused = try await get("hf://\(model.name)/\(file)", hub: "gatedhub")
    #expect(refused.status == 5)
    #expect(refused.errors.contains("gives this repository only to those whom its owner has let in"))
    #expect(refused.errors.contains("hint: ask for access at"), "\(refused.errors)")
    let token = ["HF_TOKEN": model.servers.password]
    try await expect(get("hf://\(model.name)/\(file)", hub: "gatedhub", environment: token), isFileAt: "main")
    // The object host is another one.
    for request in try await model.requests() where request.uri.hasPrefix("/objects/") {
      #expect(request.authorization == "-")
    }
  }

  @Test func `an address that is none is told`() async throws {
    let run = try await sandbox.run("get", "hf://org/name/a//b")
    #expect(run.status == 2)
    #expect(
      run.errors == """
        error: `hf://org/name/a//b` is no address of Hugging Face
          caused by: its path has an empty part
        hint: write `hf://ORGANISATION/NAME`, `hf://datasets/ORGANISATION/NAME` or `hf://spaces/ORGANISATION/NAME`

        """)
  }
}

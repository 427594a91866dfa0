import Foundation
import Testing

/// `lfsfetch get` with models of a registry: what is asked of the servers, and what is put on the disk.
@Suite struct GetTests {
  /// Two models of a registry that pins nothing, laid out like the real ones and sharing their checkpoint.
  struct Pair {
    let fast: ServedModel
    let accurate: ServedModel

    init() throws {
      fast = try ServedModel(copyOf: "gudgud96/MR-MT3")
      accurate = try ServedModel(copyOf: "kunato/mt3-pytorch")
    }

    var registry: String {
      [("mr_mt3", "fast", fast), ("mt3_pytorch", "accurate", accurate)].map { name, alias, model in
        """
        "\(name)": {
          "aliases": ["\(alias)"], "source": "\(model.url())", "branch": "master",
          "files": ["pretrained/mt3.pth", "pretrained/config.json"], "main": "pretrained/mt3.pth"
        }
        """
      }.joined(separator: ",")
    }

    func requests() async throws -> (fast: [LoggedRequest], accurate: [LoggedRequest]) {
      (try await fast.requests(), try await accurate.requests())
    }
  }

  @Test func `two models that share an object cost one download and few requests`() async throws {
    let pair = try Pair()
    let sandbox = try Sandbox()
    let registry = try sandbox.registry(pair.registry)
    let checkpoint = try await pair.fast.pointer("pretrained/mt3.pth", at: "master")

    let first = try await sandbox.run("get", "fast", "accurate", "--registry", registry)
    #expect(first.status == 0, "\(first.errors)")
    let asked = try await pair.requests()
    #expect(asked.fast.git.count <= 3, "\(asked.fast.git)")
    #expect(asked.accurate.git.count <= 3, "\(asked.accurate.git)")
    #expect(asked.fast.batches.count + asked.accurate.batches.count == 1)
    #expect((asked.fast + asked.accurate).objects.bodyBytes == checkpoint.size)

    let paths = first.outputLines
    try #require(paths.count == 2)
    for (path, model, permissions) in [(paths[0], pair.fast, 0o755), (paths[1], pair.accurate, 0o644)] {
      #expect(path.hasPrefix(sandbox.cache + "/snapshots/"))
      #expect(path.hasSuffix("/\(try await model.commitID("master"))/pretrained/mt3.pth"))
      #expect(try await sha256(path) == checkpoint.oid)
      // A link into the store; or, where the file system can share blocks, a file of its own.
      #expect(mode(path) == 0o444 || fileStatus(path)?.st_nlink == 1)
      let configuration = (path as NSString).deletingLastPathComponent + "/config.json"
      #expect(mode(configuration) == permissions)
      let original = try await model.git("cat-file", "blob", "master:pretrained/config.json")
      #expect(bytes(configuration) == Data((original + "\n").utf8))
      #expect(FileTree.paths(in: (path as NSString).deletingLastPathComponent) == ["config.json", "mt3.pth"])
    }
    if mode(paths[0]) == 0o444 { #expect(fileStatus(paths[0])?.st_ino == fileStatus(paths[1])?.st_ino) }
    #expect(first.errorLines.last?.hasPrefix("downloaded 25.2 MB, reused ") == true, "\(first.errors)")

    let second = try await sandbox.run("get", "fast", "accurate", "--registry", registry)
    #expect(second.status == 0)
    #expect(second.output == first.output)
    #expect(second.errorLines.last?.hasPrefix("downloaded 0 B, reused ") == true, "\(second.errors)")
    let askedAgain = try await pair.requests()
    #expect(askedAgain.fast.count == asked.fast.count)
    #expect(askedAgain.accurate.count == asked.accurate.count)
  }

  @Test func `the order on standard output is the order of the names`() async throws {
    let pair = try Pair()
    let sandbox = try Sandbox()
    let registry = try sandbox.registry(pair.registry)
    let run = try await sandbox.run("get", "accurate", "fast", "mt3_pytorch", "--registry", registry)
    let paths = run.outputLines
    try #require(paths.count == 3, "\(run.errors)")
    #expect(paths[0] == paths[2])
    #expect(paths[0].contains(try await pair.accurate.commitID("master")))
    #expect(paths[1].contains(try await pair.fast.commitID("master")))
  }

  @Test func `an object whose first repository has lost it comes from the other`() async throws {
    let pair = try Pair()
    let sandbox = try Sandbox()
    let checkpoint = try await pair.fast.pointer("pretrained/mt3.pth", at: "master")
    try FileManager.default.removeItem(atPath: pair.fast.objects + "/" + checkpoint.oid)
    let run = try await sandbox.run("get", "fast", "accurate", "--registry", sandbox.registry(pair.registry))
    #expect(run.status == 0)
    #expect(run.outputLines.count == 2)
    #expect(
      run.errors.contains("warning: `pretrained/mt3.pth` could not be had from \(pair.fast.url())"), "\(run.errors)")
    #expect(try await pair.accurate.requests().objects.bodyBytes == checkpoint.size)
  }

  @Test func `one name that fails does not stop the others`() async throws {
    let pair = try Pair()
    let sandbox = try Sandbox()
    let registry = try sandbox.registry(pair.registry)
    let run = try await sandbox.run("get", "fast", "nosuch", "accurate", "--registry", registry)
    #expect(run.status == 1)
    #expect(run.outputLines.count == 2)
    #expect(run.outputLines.first?.contains(try await pair.fast.commitID("master")) == true)
    #expect(run.outputLines.last?.contains(try await pair.accurate.commitID("master")) == true)
    #expect(run.errors.contains("error: no model is called `nosuch`\n"))
    #expect(run.errors.contains("downloaded 25.2 MB"))
  }

  @Test func `all takes every model of the registry`() async throws {
    let sandbox = try Sandbox()
    // In the place of the built-in ones, which are elsewhere.
    let models = try (0..<3).map { _ in try ServedModel() }
    let names = ["mr_mt3", "mt3_pytorch", "yourmt3"]
    let entries = zip(names, models).map { name, model in
      #""\#(name)": {"source": "\#(model.url())", "files": ["weights/one-byte.bin"], "main": "weights/one-byte.bin"}"#
    }
    let run = try await sandbox.run("get", "--all", "--registry", sandbox.registry(entries.joined(separator: ",")))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.outputLines.count == 3)
    for path in run.outputLines { #expect(bytes(path) == Data("x".utf8)) }
  }

  @Test func `names that mean one repository share what it answers`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      "get", model.url() + ":README.md", model.url() + ":weights/one-byte.bin",
      model.url() + "@main:weights/one-byte.bin")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.outputLines.count == 3)
    // The capabilities, HEAD, `main`, and the commit once.
    #expect(try await model.requests().git.count == 4)
  }
}

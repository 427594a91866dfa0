import Foundation
import Testing

/// `lfsfetch registry …` on files and repositories.
@Suite struct RegistryCommandTests {
  private static let project = """
    // Ours.
    {
      "models": {
        /* Kept. */
      } // and this
    }

    """

  private func text(_ sandbox: Sandbox, _ path: String = "work/lfsfetch.json") throws -> String {
    try String(contentsOfFile: sandbox.folder + "/" + path, encoding: .utf8)
  }

  // MARK: add

  @Test func `add fills in what the repository says, and get needs git no more`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write(Self.project, to: "work/lfsfetch.json")
    try sandbox.makeFolder(sandbox.work + "/deep/er")
    let pointer = try await model.pointer("weights/model.bin")
    let commit = try await model.commitID()

    let added = try await sandbox.run("registry", "add", "kitchen", model.url() + "@main:weights/model.bin")
    #expect(added.status == 0)
    #expect(added.output == "")
    #expect(
      added.errors
        == "added `kitchen` to `\(sandbox.work)/lfsfetch.json`: main at \(commit.prefix(8)), 1 file, 3.1 MB in LFS objects\n"
    )
    #expect(
      try text(sandbox) == """
        // Ours.
        {
          "models": {
            /* Kept. */
            "kitchen": {
              "source": "\(model.url())",
              "branch": "main",
              "revision": "\(commit)",
              "files": ["weights/model.bin"],
              "main": "weights/model.bin",
              "objects": {
                "weights/model.bin": {"sha256": "\(pointer.oid)", "size": \(pointer.size)}
              }
            }
          } // and this
        }

        """)
    let asked = try await model.requests()
    #expect(asked.git.count == 3, "\(asked)")
    #expect(asked.objects.isEmpty)
    let path = try await sandbox.path("get", "kitchen")
    #expect(try await sha256(path) == pointer.oid)
    #expect(try await model.requests().git.count == 3)
  }

  @Test func `add takes folders and globs, executables and all files`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try await model.git("tag", "release", "main")
    let tag = try await model.commitID("v2")
    for (name, suffix) in [("some", "@release:weights/*.bin"), ("all", ":nested"), ("pinned", "@\(tag):weights")] {
      let added = try await sandbox.run("registry", "add", name, model.url() + suffix)
      #expect(added.status == 0, "\(added.errors)")
    }
    // Without a project, it is the user's own file.
    let text = try text(sandbox, "home/.config/lfsfetch/registry.json")
    let models = try #require(json(text)["models"] as? [String: [String: Any]])
    #expect(models["some"]?["branch"] as? String == "release")
    #expect(models["some"]?["main"] == nil)
    let objects = try #require(models["some"]?["objects"] as? [String: [String: Any]])
    #expect(objects["weights/tool.bin"]?["executable"] as? Bool == true)
    #expect(objects["weights/one-byte.bin"]?["size"] as? Int == 1)
    #expect(objects["weights/größe.bin"]?["size"] as? Int == 1001)
    // An empty file is no object.
    #expect(objects["weights/empty.bin"] == nil)
    // The only object becomes the main file.
    #expect(models["all"]?["main"] as? String == "nested/a/b/c/deep.bin")
    #expect(models["all"]?["branch"] as? String == "main")
    // A commit follows nothing.
    #expect(models["pinned"]?["branch"] == nil)
    let update = try await sandbox.run("registry", "update", "pinned")
    #expect(update.status == 2)
    #expect(update.errors.contains("the model `pinned` follows nothing"))
  }

  @Test func `ten thousand files take four requests at most`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let version = "version https://git-lfs.github.com/spec/v1\n"
    var stream = "commit refs/heads/many\ncommitter A <a@example.com> 1700000000 +0000\ndata 4\nMany\n"
    for number in 0..<10_000 {
      let digits = String(number)
      let oid = String(repeating: "0", count: 64 - digits.count) + digits
      let pointer = version + "oid sha256:\(oid)\nsize \(number + 1)\n"
      stream += "M 100644 inline parts/\(number % 100)/\(number).bin\ndata \(pointer.utf8.count)\n\(pointer)\n"
    }
    let large = String(repeating: "x", count: 3000)
    stream += "M 100644 inline README.md\ndata 3000\n\(large)\n"
    try await model.git("fast-import", "--quiet", input: stream)

    let added = try await sandbox.run("registry", "add", "many", model.url() + "@many", "--json")
    #expect(added.status == 0, "\(added.errors)")
    let change = try json(added.output)
    #expect(change["files"] as? Int == 10_001)
    #expect((change["added"] as? [String])?.count == 10_000)
    #expect(change["bytes"] as? Int == 50_005_000)
    let requests = try await model.requests()
    #expect(requests.count <= 4, "\(requests)")
    #expect(try await sandbox.run("registry", "validate").status == 0)
    // The next one is not slower, and writes nothing when nothing is new.
    let before = try text(sandbox, "home/.config/lfsfetch/registry.json")
    let update = try await sandbox.run("registry", "update")
    #expect(update.errors == "1 model is up to date\n")
    #expect(try text(sandbox, "home/.config/lfsfetch/registry.json") == before)
  }

  @Test(arguments: [
    (["registry", "add", "a b", "https://h/x"], "error: `a b` is no name for a model\n"),
    (["registry", "add", "a", "fast"], "error: `fast` is the name of a model, where a repository's URL is wanted\n"),
    (
      ["registry", "add", "a", "https://user:secret@h/x"],
      "error: the URL of `https://h/x` holds credentials or a query\n"
    ),
    (["registry", "add", "kitchen", "https://h/x"], "error: cannot read the repository `https://h/x`\n"),
    (
      ["registry", "remove", "fast"],
      "error: `fast` is not in `lfsfetch.json`\nhint: it comes from `the built-in registry`;"
    ),
    (
      ["registry", "alias", "fast", "f"],
      "error: `fast` is not in `lfsfetch.json`\nhint: it comes from `the built-in registry`;"
    ),
    (["registry", "show", "fsat"], "error: no model is called `fsat`\nhint: did you mean `fast`?\n"),
    (["registry", "search", "nothing-such"], "error: the registry knows no model with `nothing-such`\n"),
  ])
  func `mistakes are named, and the file stays`(words: [String], message: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.project, to: "work/lfsfetch.json")
    var words = words
    if ["add", "remove", "alias"].contains(words[1]) { words += ["--registry", "lfsfetch.json"] }
    if words[1] == "add" { words += ["--retries", "0"] }
    let run = try await sandbox.start(words).outcome()
    #expect(run.status != 0)
    #expect(run.errors.hasPrefix(message), "\(run.errors)")
    #expect(!run.errors.contains("secret"))
    #expect(try text(sandbox) == Self.project)
  }
}

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

  // MARK: update

  @Test func `update moves the pins, names what changed, and keeps the comments`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let first = try await model.pointer("weights/model.bin")
    let copy = try await model.pointer("weights/copy-a.bin")
    let commit = try await model.commitID()
    try sandbox.write(
      """
      {
        "models": {
          "kitchen": { // the best
            "source": "\(model.url())", "branch": "main",
            "revision": "\(commit)",
            "files": ["weights/*.bin"],
            "objects": {
              // checked by hand
              "weights/model.bin": {"sha256": "\(first.oid)", "mirrors": ["https://m/x"], "size": \(first.size)},
              "weights/gone.bin": {"sha256": "\(copy.oid)", "size": 1},
            },
          },
          "other": {"source": "\(model.url())", "revision": "\(commit)"}
        }
      }

      """, to: "work/lfsfetch.json")
    let data = noise(5000, seed: 7)
    let object = try await model.addObject(data)
    let next = try await model.commit(["weights/model.bin": object.text])

    let update = try await sandbox.run("registry", "update", "kitchen")
    #expect(update.status == 0, "\(update.errors)")
    let lines = update.outputLines
    #expect(lines.first == "kitchen: \(commit.prefix(8)) → main at \(next.prefix(8))")
    #expect(lines.contains("  changed: weights/model.bin"))
    #expect(lines.contains("  gone: weights/gone.bin"))
    #expect(lines.contains("  new: weights/tool.bin"))
    let text = try text(sandbox)
    for kept in [
      "{ // the best\n", "// checked by hand\n", "\"branch\": \"main\",\n", "\"revision\": \"\(commit)\"}\n",
    ] {
      #expect(text.contains(kept), "\(kept)")
    }
    #expect(text.contains("\"weights/model.bin\": {\"sha256\": \"\(object.oid)\", \"size\": \(object.size)},"))
    #expect(!text.contains("https://m/x") && !text.contains("gone.bin"))
    #expect(text.contains("\"revision\": \"\(next)\","))
    let again = try await sandbox.run("registry", "update")
    #expect(again.output == "")
    #expect(again.errors == "1 model is up to date\n")
    #expect(try self.text(sandbox) == text)
    let path = try await sandbox.path("get", "kitchen")
    #expect(bytes(path + "/weights/model.bin") == data)
  }

  @Test func `update renews variants that have their own repository or files`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write(
      """
      {"models": {"m": {"source": "\(model.url())", "variants": {
        "large": {"files": ["weights/model.bin"]},
        "old": {"branch": "v2", "files": ["weights/model.bin"]},
        "none": {}
      }}}}
      """, to: "work/lfsfetch.json")
    let update = try await sandbox.run("registry", "update", "--json")
    #expect(update.status == 0, "\(update.errors)")
    let models = try #require(json(text(sandbox))["models"] as? [String: [String: Any]])
    let entry = try #require(models["m"])
    let (tip, tag) = (try await model.commitID(), try await model.commitID("v2"))
    #expect(entry["revision"] as? String == tip)
    #expect(entry["branch"] as? String == "main")
    let variants = try #require(entry["variants"] as? [String: [String: Any]])
    let sizes = try ["large", "old"].map { name in
      let objects = try #require(variants[name]?["objects"] as? [String: [String: Any]])
      return objects["weights/model.bin"]?["size"] as? Int
    }
    #expect(sizes == [3 << 20, 3 << 20])
    #expect(variants["large"]?["revision"] == nil)
    #expect(variants["old"]?["revision"] as? String == tag)
    #expect(variants["none"]?.isEmpty == true)
  }

  @Test func `a model that cannot be read does not stop the others`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write(
      """
      {"models": {
        "a": {"source": "\(model.url("/forbidden"))"},
        "b": {"source": "\(model.url())", "files": ["weights/model.bin"]}}}
      """, to: "work/lfsfetch.json")
    let update = try await sandbox.run("registry", "update")
    #expect(update.status == 1)
    #expect(update.output.hasPrefix("b: not pinned → main at "))
    #expect(update.errors.hasPrefix("error: cannot read the repository"))
    #expect(try text(sandbox).contains("\"sha256\""))
  }

  // MARK: remove, alias, show, search, validate

  @Test func `remove and alias`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      #"{"models": {"a": {"source": "/a"}, "b": {"source": "/b"}}}"# + "\n", to: "work/lfsfetch.json")
    let alias = try await sandbox.run("registry", "alias", "b", "x", "y")
    #expect(alias.errors == "`x`, `y` mean `b` in `\(sandbox.work)/lfsfetch.json`\n")
    #expect(
      try text(sandbox) == #"{"models": {"a": {"source": "/a"}, "b": {"source": "/b", "aliases": ["x", "y"]}}}"# + "\n")
    #expect(
      try await sandbox.run("registry", "remove", "x").errors
        == "removed the alias `x` of `b` from `\(sandbox.work)/lfsfetch.json`\n")
    let removed = try await sandbox.run("registry", "remove", "a", "--json")
    #expect(removed.output == "{\"removed\":\"a\",\"registry\":\"\(sandbox.work)/lfsfetch.json\"}\n")
    #expect(try text(sandbox) == #"{"models": { "b": {"source": "/b", "aliases": [ "y"]}}}"# + "\n")
  }

  @Test func `show prints an entry, and with origin who says so`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(#"{"models": {"mr_mt3": {"source": "/user"}}}"#, to: "home/.config/lfsfetch/registry.json")
    try sandbox.write(
      "{\n  \"models\": {\n    \"mr_mt3\": {\"source\": \"/mine\", \"aliases\": [\"fast\"]}\n  }\n}\n",
      to: "work/lfsfetch.json")
    try sandbox.makeFolder(sandbox.work + "/deep")
    let show = try await sandbox.run("registry", "show", "fast")
    #expect(show.output == "{\n  \"mr_mt3\": {\n    \"source\": \"/mine\",\n    \"aliases\": [\"fast\"]\n  }\n}\n")
    let origin = try await sandbox.run("registry", "show", "--origin", "fast")
    #expect(
      origin.output == """
        \(sandbox.work)/lfsfetch.json:3:5 (project)
        \(sandbox.home)/.config/lfsfetch/registry.json:1:13 (user)
        the built-in registry:5:5 (built in)

        """)
    let lines = try await sandbox.run("registry", "show", "--origin", "--json", "fast").outputLines
    let first = try json(lines.first)
    #expect(first["kind"] as? String == "project")
    #expect(first["line"] as? Int == 3 && first["column"] as? Int == 5)
    #expect((first["entry"] as? [String: Any])?["source"] as? String == "/mine")
    #expect(lines.count == 3)
    let info = try await sandbox.run("info", "fast")
    #expect(info.output.contains("registry     \(sandbox.work)/lfsfetch.json\n"))
  }

  @Test func `search looks into everything that is said of a model`() async throws {
    let sandbox = try Sandbox()
    let registry = try sandbox.write(
      """
      {"models": {
        "speech": {"source": "https://h/asr", "description": "Hears WORDS", "tags": ["audio"], "licence": "MIT"},
        "other": {"source": "https://h/other", "aliases": ["deaf"]}
      }, "presets": {"studio": {"description": "For audio", "models": ["speech", "fast"]}}}
      """, to: "models.json")
    let expected: [(String, [String])] = [
      ("words", ["speech"]), ("AUDIO", ["speech", "studio"]), ("mit", ["speech"]), ("deaf", ["other"]),
      ("h/asr", ["speech"]), ("transcription", ["mr_mt3", "mt3_pytorch", "yourmt3"]), ("fast", ["mr_mt3", "studio"]),
    ]
    for (word, names) in expected {
      let lines = try await sandbox.run("registry", "search", word, "--json", "--registry", registry).outputLines
      #expect(try lines.map { try json($0)["name"] as? String } == names, "\(word)")
    }
    let table = try await sandbox.run("registry", "search", "audio", "--registry", registry)
    #expect(
      table.output == """
        NAME    TAGS    DESCRIPTION
        speech  audio   Hears WORDS
        studio  preset  For audio

        """)
  }

  @Test func `validate names every fault, in this file or in all`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(#"{"models": {"a": {"source": "/a"}}}"#, to: "work/good.json")
    try sandbox.write("{\"models\": {\n\"a\": {},\n\"b\": {\"sorce\": 1}}}", to: "work/bad.json")
    try sandbox.write("{\n\"presets\": {\"p\": {\"models\": [\"a\",\n \"fast:q8\"]}}}", to: "work/lfsfetch.json")
    let files = try await sandbox.run("registry", "validate", "good.json", "bad.json")
    #expect(files.status == 2)
    #expect(files.errors.contains("good.json: no fault; 1 model\n"))
    #expect(
      files.errors.contains(
        "error: the registry `bad.json` has 2 faults\n  caused by: bad.json:2:6: `source` is missing\n"))
    #expect(files.errors.contains("  caused by: bad.json:3:7: `sorce` is unknown here (did you mean `source`?);"))
    let all = try await sandbox.run("registry", "validate", "--json")
    #expect(all.status == 2)
    #expect(try json(all.outputLines.first)["registry"] as? String == "the built-in registry")
    let project = try json(all.outputLines.last)
    let name = "\(sandbox.work)/lfsfetch.json"
    #expect(
      project["faults"] as? [String] == [
        "\(name):2:30: no model is called `a`", "\(name):3:2: no model is called `fast:q8`",
      ])
    // Any other command is told, too.
    try sandbox.write("{\n  \"models\": {\"a\": {\"source\": \"s\",, }}\n}", to: "work/lfsfetch.json")
    let list = try await sandbox.run("list")
    #expect(list.status == 2)
    #expect(
      list.errors
        == "error: the registry `\(name)` has a fault\n  caused by: \(name):2:34: expected a name in quotes or `}`, found `,`\n"
    )
  }
}

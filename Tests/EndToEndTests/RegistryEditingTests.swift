import Foundation
import Testing

/// `lfsfetch registry update`, `remove`, `alias`, `show` and `search`, on files and repositories.
@Suite struct RegistryEditingTests {
  private func text(_ sandbox: Sandbox, _ path: String = "work/lfsfetch.json") throws -> String {
    try String(contentsOfFile: sandbox.folder + "/" + path, encoding: .utf8)
  }

  @Test func `of several processes that add, none loses what another has added`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write("{\"models\": {}}\n", to: "work/lfsfetch.json")
    let runs = try (0..<6).map {
      try sandbox.start(["registry", "add", "n\($0)", model.url() + ":weights/one-byte.bin"])
    }
    var added: [Int] = []
    for (number, run) in runs.enumerated() {
      let outcome = try await run.outcome()
      if outcome.status == 0 { added.append(number) } else { #expect(outcome.errors.contains("meanwhile")) }
    }
    let text = try text(sandbox)
    #expect(!added.isEmpty)
    for number in added { #expect(text.contains("\"n\(number)\"")) }
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

  // MARK: remove, alias, show, search

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

  @Test func `show keeps what is secret in addresses to itself`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      """
      {"models": {"m": {"source": "https://h/x.bin?key=s3cret#unverified", "variants": {
        "a": {"source": "https://u:s3cret@h/y"}, "b": {"source": "s3://b/k?region=r", "objects": {"k": {
          "sha256": "\(String(repeating: "a", count: 64))", "mirrors": ["https://h/z?s3cret"]}}}}}}}
      """, to: "work/lfsfetch.json")
    for words in [[], ["--json"], ["--origin", "--json"]] {
      let run = try await sandbox.start(["registry", "show", "m"] + words).outcome()
      #expect(run.status == 0, "\(run.errors)")
      for shown in ["\"https://h/x.bin#unverified\"", "\"https://h/y\"", "\"https://h/z\"", "\"s3://b/k?region=r\""] {
        #expect(run.output.contains(shown), "\(run.output)")
      }
      #expect(!run.output.contains("s3cret"), "\(run.output)")
    }
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
}

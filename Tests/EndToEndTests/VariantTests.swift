import Foundation
import Testing

/// Variants, presets and templates, from the command line to the files.
@Suite struct VariantTests {
  private func registry(_ sandbox: Sandbox, _ model: ServedModel) throws -> String {
    try sandbox.write(
      """
      {
        "models": {
          "kitchen": {
            "source": "\(model.url())", "branch": "main", "files": ["README.md"], "main": "README.md",
            "variants": {
              "whole": {"files": ["weights/model.bin"], "main": "weights/model.bin", "memory": "900 TB"},
              "gpu": {"files": ["weights/copy-a.bin"], "accelerator": true, "memory": "900 TB"},
              "tiny": {"files": ["weights/one-byte.bin"], "main": "weights/one-byte.bin", "memory": "1 kB"}
            }
          },
          "only": {"variants": {"a": {"source": "\(model.url())", "files": ["weights/one-byte.bin"], "main": "weights/one-byte.bin"}}}
        },
        "presets": {"vocal-enhancer": {"models": ["kitchen", "kitchen:whole", "only:auto"]}, "broken": {"models": ["none", "kitchen"]}}
      }
      """, to: "work/lfsfetch.json")
  }

  @Test func `a variant is picked by name`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    _ = try registry(sandbox, model)
    #expect(try await sandbox.path("get", "kitchen").hasSuffix("/README.md"))
    #expect(try await sandbox.path("get", "kitchen:tiny").hasSuffix("/weights/one-byte.bin"))
    #expect(try await sandbox.path("path", "kitchen:tiny").hasSuffix("/weights/one-byte.bin"))
    let unknown = try await sandbox.run("get", "kitchen:tniy")
    #expect(unknown.status == 3)
    #expect(
      unknown.errors
        == "error: the model `kitchen` has no variant `tniy`\nhint: did you mean `kitchen:tiny`?\n")
    let bare = try await sandbox.run("get", "only")
    #expect(bare.status == 2)
    #expect(bare.errors == "error: the model `only` comes in variants\nhint: name one of `only:a`, `only:auto`\n")
    let none = try await sandbox.run("get", "fast:q8")
    #expect(none.errors == "error: the model `mr_mt3` has no variant `q8`\nhint: it comes in one form: `mr_mt3`\n")
  }

  @Test func `auto takes what fits, and says what and why`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    _ = try registry(sandbox, model)
    let run = try await sandbox.run("get", "kitchen:auto")
    #expect(run.status == 0)
    #expect(run.path.hasSuffix("/weights/one-byte.bin"))
    let note = try #require(run.errorLines.first)
    #expect(note.hasPrefix("note: took `kitchen:tiny`: `whole` needs 900000.0 GB, and "))
    #expect(note.contains("; `gpu` needs ") && note.contains("; `tiny` needs 1.0 kB, and "))
    let lines = try await sandbox.run("get", "kitchen:auto", "--json").outputLines
    let event = try json(lines.first)
    #expect(event["event"] as? String == "variant-chosen")
    #expect(event["model"] as? String == "kitchen" && event["variant"] as? String == "tiny")
    #expect((event["reason"] as? String)?.hasPrefix("`whole` needs") == true)
    let result = try #require(json(lines.last)["models"] as? [[String: Any]])
    #expect(result.first?["name"] as? String == "kitchen:auto")
    #expect(result.first?["model"] as? String == "kitchen:tiny")
    // What only looks into the cache takes what is there, whatever the machine has.
    try await sandbox.path("get", "kitchen:whole")
    #expect(try await sandbox.path("path", "kitchen:auto").hasSuffix("/weights/model.bin"))
    #expect(try await sandbox.run("verify", "kitchen:auto").errors.hasPrefix("checked 1 file, 3.1 MB"))
  }

  @Test func `of several variants in a lock, auto is the one that fits`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    _ = try registry(sandbox, model)
    #expect(try await sandbox.run("lock", "kitchen:whole", "kitchen:tiny").status == 0)
    let run = try await sandbox.run("get", "--locked", "kitchen:auto", "--offline")
    #expect(run.path.hasSuffix("/weights/one-byte.bin"), "\(run.errors)")
    #expect(run.errors.contains("note: took `kitchen:tiny`: `whole` needs 900000.0 GB, and "), "\(run.errors)")
    let text = try sandbox.lockText()
    try FileManager.default.removeItem(atPath: sandbox.work + "/lfsfetch.json")
    try sandbox.write(text, to: "work/lfsfetch.lock")
    let unknown = try await sandbox.run("get", "--locked", "kitchen:auto")
    #expect(unknown.status == 3)
    #expect(
      unknown.errors == """
        error: `kitchen:auto` could be several models of `\(sandbox.work)/lfsfetch.lock`
          caused by: no registry here tells what they need
        hint: name one of `kitchen:tiny`, `kitchen:whole`

        """, "\(unknown.errors)")
  }

  @Test func `where nothing fits, every variant has its reason`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      #"{"models": {"m": {"source": "/m", "variants": {"a": {"memory": "900 TB"}, "b": {"memory": "800 TB"}}}}}"#,
      to: "work/lfsfetch.json")
    let run = try await sandbox.run("get", "m:auto")
    #expect(run.status == 3)
    let lines = run.errorLines
    #expect(lines[0] == "error: no variant of `m` fits this machine")
    #expect(lines[1].hasPrefix("  caused by: `a` needs 900000.0 GB, and "))
    #expect(lines[2].hasPrefix("  caused by: `b` needs 800000.0 GB, and "))
    #expect(lines[3] == "hint: to fetch one nevertheless, name it: `m:b`")
  }

  @Test func `a preset is its models`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    _ = try registry(sandbox, model)
    let plan = try await sandbox.run("get", "vocal-enhancer", "--dry-run")
    #expect(plan.status == 0)
    #expect(
      plan.outputLines.dropFirst().prefix(3).map { $0.prefix { $0 != " " } } == ["kitchen", "kitchen:whole", "only:a"])
    let run = try await sandbox.run("get", "vocal-enhancer", "--quiet")
    #expect(run.status == 0)
    let names = ["/README.md", "/weights/model.bin", "/weights/one-byte.bin"]
    #expect(run.outputLines.count == 3 && zip(run.outputLines, names).allSatisfy { $0.hasSuffix($1) })
    #expect(try await sandbox.run("path", "vocal-enhancer").output == run.output)
    #expect(try await sandbox.run("verify", "vocal-enhancer").status == 0)
    let info = try await sandbox.run("info", "vocal-enhancer")
    #expect(
      info.output
        == "name         vocal-enhancer\nmodels       kitchen\n             kitchen:whole\n             only:auto\n")
    let folder = try await sandbox.run("get", "vocal-enhancer", "--to", "here", "--quiet")
    #expect(folder.status == 0 && folder.outputLines.count == 3)
    // One that is not there does not stop the others.
    let broken = try await sandbox.run("get", "broken", "--quiet")
    #expect(broken.status == 1)
    #expect(broken.outputLines.count == 1)
    #expect(broken.errors.hasPrefix("error: no model is called `none`\n"))
    let clone = try await sandbox.run("clone", "vocal-enhancer")
    #expect(clone.status == 2)
    #expect(clone.errors.hasPrefix("error: `vocal-enhancer` is a group of models, where one is wanted\n"))
  }

  @Test func `list, info and completions know variants and presets`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    _ = try registry(sandbox, model)
    let list = try await sandbox.run("list").output
    #expect(list.contains("kitchen                                                    –  no      whole, gpu, tiny\n"))
    #expect(list.hasSuffix("broken          none, kitchen\n"))
    let names = try await sandbox.run("completions", "models").outputLines
    for name in ["kitchen", "kitchen:tiny", "kitchen:auto", "only:a", "vocal-enhancer", "fast"] {
      #expect(names.contains(name))
    }
    let info = try await sandbox.run("info", "kitchen").output
    #expect(info.contains("variants     whole  needs 900.0 TB of memory\n"))
    let tiny = try json(try await sandbox.run("info", "kitchen:tiny", "--json").output)
    #expect(tiny["name"] as? String == "kitchen:tiny")
    #expect(tiny["files"] as? [String] == ["weights/one-byte.bin"])
    #expect(try await sandbox.run("get", "--help").output.contains("NAME:auto"))
  }

  @Test func `a template brings only what is needed of a repository`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let weights = try await model.pointer("weights/model.bin").text
    let other = try await model.pointer("weights/one-byte.bin").text
    try await model.commit([
      "llm/model.safetensors": other, "llm/pytorch_model.bin": weights, "llm/config.json": "{}",
      "llm/tokenizer.json": "{}",
      "JTP_PILOT2/x.safetensors": other, "JTP_PILOT2/deep/tags.json": "[]", "JTP_PILOT/x.safetensors": weights,
      "q/m-Q4_K_M.gguf": other, "q/m-Q8_0.gguf": weights,
    ])
    try sandbox.write(
      """
      {"models": {
        "llm": {"source": "\(model.url())", "template": "safetensors"},
        "folder": {"source": "\(model.url())", "template": "folder:JTP_PILOT2"},
        "gguf": {"source": "\(model.url())", "template": "gguf:q4_k_m"},
        "point": {"source": "\(model.url())", "template": "checkpoint:llm/model.safetensors"},
        "none": {"source": "\(model.url())", "template": "onnx"}
      }}
      """, to: "work/lfsfetch.json")
    let expected: [(String, [String])] = [
      (
        "llm",
        [
          "JTP_PILOT/x.safetensors", "JTP_PILOT2/x.safetensors", "llm/config.json", "llm/model.safetensors",
          "llm/tokenizer.json",
        ]
      ),
      ("folder", ["JTP_PILOT2/deep/tags.json", "JTP_PILOT2/x.safetensors"]), ("gguf", ["q/m-Q4_K_M.gguf"]),
      ("point", ["llm/config.json", "llm/model.safetensors"]),
    ]
    for (name, paths) in expected {
      let plan = try json(try await sandbox.run("get", name, "--dry-run", "--json").outputLines.last)
      let files = (plan["models"] as? [[String: Any]])?.first?["files"] as? [[String: Any]]
      #expect(files?.compactMap { $0["path"] as? String }.sorted() == paths, "\(name)")
    }
    #expect(try await sandbox.path("get", "point").hasSuffix("/llm/model.safetensors"))
    let none = try await sandbox.run("get", "none")
    #expect(none.status == 3)
    #expect(none.errors.hasPrefix("error: the template `onnx` fits no file of `\(model.url())`\n"))
  }
}

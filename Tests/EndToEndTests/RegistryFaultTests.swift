import Foundation
import Testing

/// What is wrong with registries, as `lfsfetch registry validate` and all other commands tell it.
@Suite struct RegistryFaultTests {
  private static let hex = String(repeating: "a", count: 64)

  @Test(arguments: [
    (
      #""source": "https://h/a.bin#unverified", "revision": "v1""#,
      "`revision` is for repositories, and the source is a plain file"
    ),
    (#""source": "s3://b/k", "branch": "main""#, "`branch` is for repositories, and the source is in a bucket"),
    (
      #""source": "https://h/o/r/releases/tag/v1", "revision": "v1""#,
      "`revision` is for repositories, and the source is a release"
    ),
    (
      #""source": "https://h/a.bin#unverified", "template": "onnx""#,
      "`template` is for places with several files, and the source is one"
    ),
    (#""source": "s3://b/f/k.bin", "files": ["*.txt"]"#, "`*.txt` does not fit the one file of the source, `k.bin`"),
    (
      #""source": "https://h/a.bin#unverified", "main": "nope""#,
      "the main file is not the one file of the source, `a.bin`"
    ),
    (
      #""source": "https://h/a.bin#sha256=\#(hex)", "objects": {"a.bin": {"sha256": "b\#(hex.dropFirst())"}}"#,
      "this is not the hash that the source has behind its `#`"
    ),
    (
      #""source": "https://h/a.bin#sha256=\#(hex)", "objects": {"b.bin": {"sha256": "\#(hex)"}}"#,
      "`b.bin` is not the one file of the source, `a.bin`"
    ),
    (#""source": "https://h/o/r/releases/tag/v1:foo""#, "a path or glob is written as `files` here"),
    (#""source": "s3://b/f/:*.bin""#, "a path or glob is written as `files` here; in a key `%3A` stands for `:`"),
    (
      #""source": "https://h/x", "files": ["weights/*"], "main": "nope""#,
      "`nope` is none of the files that `files` and `template` select"
    ),
    (
      #""source": "https://h/x", "variants": {"v": {"files": ["a"], "main": "b"}}"#,
      "`b` is none of the files that `files` and `template` select"
    ),
    (
      #""source": "s3://b/k", "variants": {"v": {"revision": "v1"}}"#,
      "`revision` is for repositories, and the source is in a bucket"
    ),
    (
      #""main": "nope", "objects": {"a": {"mirrors": ["https://h/a"]}}"#,
      "`nope` is none of the `objects`, which are all files of a model without `source`"
    ),
  ])
  func `what makes no sense for a source is a fault, with its place`(facts: String, fault: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write("{\"models\": {\"m\": {\(facts)}}}", to: "work/lfsfetch.json")
    for words in [["registry", "validate"], ["get", "m"]] {
      let run = try await sandbox.start(words).outcome()
      #expect(run.status == 2, "\(run.errors)")
      #expect(
        run.errors.contains("  caused by: \(sandbox.work)/lfsfetch.json:1:") && run.errors.contains(": \(fault)\n"),
        "\(run.errors)")
    }
  }

  @Test func `a main file that the files have not is an error`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write(
      #"{"models": {"m": {"source": "\#(model.url())", "files": ["weights/*"], "main": "weights/modle.bin"}}}"#,
      to: "work/lfsfetch.json")
    for words in [["get", "m"], ["get", "m", "--dry-run"], ["lock", "m"]] {
      let run = try await sandbox.start(words).outcome()
      #expect(run.status == 3)
      #expect(
        run.errors == """
          error: the main file `weights/modle.bin` of `m` is none of its files
            caused by: the commit is \(try await model.commitID())
          hint: did you mean `weights/model.bin`?

          """, "\(run.errors)")
    }
    // Who chooses other files wants no main file.
    try await sandbox.path("get", "m", "--include", "README.md")
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

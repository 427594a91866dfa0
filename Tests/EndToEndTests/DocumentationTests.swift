import Fixtures
import Foundation
import Testing

/// The command blocks of pages, run as a reader would run them.
@Suite struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A command of a page, and what the page says that it prints; `…` stands for anything.
  private struct Step {
    let command: String
    var expected: [String] = []
  }

  /// What a page has its reader do: files to write, and commands to run.
  private enum Block {
    case file(name: String, text: String)
    case steps([Step])
  }

  @Test(arguments: [
    "docs/reference/registry.md", "docs/guides/own-models.md", "docs/reference/lock-file.md",
    "docs/concepts/sources.md",
  ])
  func `every command block does what the page says`(page: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let file = try ServedFile(Data(Self.labels), name: "labels.txt")
    let forge = try FaultServer()
    forge["/repos/example/model/releases/tags/v1"] = .json(
      """
      {"tag_name": "v1", "assets": [{"name": "labels.txt", "size": 8, "digest": "sha256:\(objectName(of: Self.labels))",
       "url": "\(forge.address)/1", "browser_download_url": "\(forge.address)/labels.txt"}]}
      """)
    forge["/labels.txt"] = .content(Self.labels)
    try sandbox.setGitConfiguration(
      """
      [url "\(model.url())"]
        insteadOf = https://example.com/demo/kitchen
      [url "\(file.url().dropLast("labels.txt".count))"]
        insteadOf = https://example.com/files/
      [url "\(model.url())"]
        insteadOf = https://huggingface.co/example/kitchen
      [url "\(forge.address)/"]
        insteadOf = https://api.github.com/

      """)
    var environment: [String: String] = [:]
    if page.hasSuffix("sources.md") {
      let store = try BucketStore.running()
      try store.put(Self.labels, at: "animals/labels.txt", in: "models", hasDigest: true)
      environment = store.environment
    }
    let text = try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
    let blocks = Self.blocks(of: text)
    var count = 0
    for block in blocks {
      switch block {
      case .file(let name, let text): try sandbox.write(text, to: "work/" + name)
      case .steps(let steps):
        for step in steps {
          try await run(step, in: sandbox, environment)
          count += 1
        }
      }
    }
    #expect(count >= 4)
  }

  private static let labels = Array("cat\ndog\n".utf8)

  private func run(_ step: Step, in sandbox: Sandbox, _ more: [String: String]) async throws {
    let folder = (Sandbox.program as NSString).deletingLastPathComponent
    let environment = sandbox.environment.merging(["PATH": folder]) { $1 }.merging(more) { $1 }
    let unset = environment.filter { $0.key != "LFSFETCH_CACHE" }
    let outcome = try await Launch("/bin/sh", ["-c", step.command], environment: unset, in: sandbox.work).outcome()
    let lines = outcome.errorLines + outcome.outputLines
    for expected in step.expected {
      #expect(lines.contains { Self.fits($0, expected) }, "\(step.command): \(expected)\nfound: \(lines)")
    }
    let isFailure = step.expected.contains { $0.hasPrefix("error:") }
    #expect((outcome.status != 0) == isFailure, "\(step.command): \(lines)")
  }

  private static func fits(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "…")
    guard parts.count > 1 else { return line == pattern }
    guard line.hasPrefix(parts[0]), line.hasSuffix(parts[parts.count - 1]) else { return false }
    var rest = line.dropFirst(parts[0].count)
    for part in parts.dropFirst() where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  /// A block of JSON is a file when the line before it ends with its name: `models.json`.
  private static func blocks(of page: String) -> [Block] {
    var blocks: [Block] = []
    var before = ""
    var language: String?
    var lines: [String] = []
    for line in page.components(separatedBy: "\n") {
      guard line.hasPrefix("```") else {
        if language != nil { lines.append(line) } else if !line.isEmpty { before = line }
        continue
      }
      guard let ended = language else {
        (language, lines) = (String(line.dropFirst(3)), [])
        continue
      }
      language = nil
      switch ended {
      case "json":
        let words = before.components(separatedBy: "`")
        if words.count >= 3, words[words.count - 1] == ":" {
          blocks.append(.file(name: words[words.count - 2], text: lines.joined(separator: "\n") + "\n"))
        }
      case "console":
        var steps: [Step] = []
        for line in lines {
          if line.hasPrefix("$ ") {
            steps.append(Step(command: String(line.dropFirst(2))))
          } else if !steps.isEmpty {
            steps[steps.count - 1].expected.append(line)
          }
        }
        blocks.append(.steps(steps))
      default: break
      }
    }
    return blocks
  }

  // MARK: The schema

  /// Every registry that this repository shows, as JSON without comments.
  private static func registries() throws -> [String] {
    var texts = [try String(contentsOf: root.appending(path: "registry/models.json"), encoding: .utf8)]
    for page in ["docs/reference/registry.md", "docs/guides/own-models.md", "docs/concepts/sources.md"] {
      let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
      texts += text.components(separatedBy: "```json\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
    }
    return texts.filter { $0.contains("\"models\"") && !$0.contains("\"fils\"") }
  }

  private static let hex = String(repeating: "a", count: 64)

  private static let faulty = [
    "{}", #"{"model": {}}"#, #"{"models": []}"#, #"{"models": {"x": {}}}"#, #"{"models": {"x": {"source": 5}}}"#,
    #"{"models": {"a/b": {"source": "s"}}}"#, #"{"models": {".x": {"source": "s"}}}"#,
    #"{"models": {"x": {"source": "s", "license": "MIT"}}}"#, #"{"models": {"x": {"source": "s", "files": "a"}}}"#,
    #"{"models": {"x": {"source": "s", "tags": [1]}}}"#, #"{"models": {"x": {"source": "s", "main": "../x"}}}"#,
    #"{"models": {"x": {"source": "s", "main": "/x"}}}"#, #"{"models": {"x": {"source": "s", "main": ".git/x"}}}"#,
    #"{"models": {"x": {"source": "s", "objects": {"a": {}}}}}"#,
    #"{"models": {"x": {"source": "s", "objects": {"a": {"sha256": "abc"}}}}}"#,
    #"{"models": {"x": {"source": "s", "objects": {"a": {"sha256": "\#(hex)", "size": -1}}}}}"#,
    #"{"models": {"x": {"source": "s", "objects": {"a": {"sha256": "\#(hex)", "mirrors": ["ftp://h"]}}}}}"#,
    #"{"models": {"x": {"objects": {"a": {"sha256": "\#(hex)"}}}}}"#, #"{"models": {"x": {"objects": {}}}}"#,
    #"{"models": {"x": {"objects": {"a": {"sha256": "\#(hex)", "mirrors": []}}}}}"#,
    #"{"models": {"x": {"source": "s", "objects": {"a": {"mirrors": ["https://h/a"]}}}}}"#,
    #"{"models": {"x": {"source": "s", "template": "onx"}}}"#,
    #"{"models": {"x": {"source": "s", "template": "gguf"}}}"#,
    #"{"models": {"x": {"source": "s", "variants": {"auto": {}}}}}"#, #"{"models": {"x": {"variants": {"a": {}}}}}"#,
    #"{"models": {"x": {"source": "s", "variants": {"a": {"memory": "16"}}}}}"#,
    #"{"presets": {"x": {}}}"#, #"{"presets": {"x": {"models": []}}}"#, #"{"presets": {"x": {"models": ["a/b"]}}}"#,
    #"{"layers": ["https://h/x.json"]}"#, #"{"layers": ["ftp://h/x.json"]}"#, #"{"layers": [1]}"#,
  ]

  private static let sound = [
    #"{"layers": ["../a.json", "https://h/x.json#sha256=\#(hex)", "https://h/x@\#(hex.prefix(40)):a/m.json"]}"#,
    #"{"models": {"größe_1.b-c": {"source": "s", "tags": [], "template": "folder:a b", "variants": {"q8": {}}}}}"#,
    #"{"models": {"x": {"variants": {"a": {"source": "s", "memory": "1.5 GiB", "accelerator": true}}}}}"#,
    #"{"models": {"x": {"objects": {"a": {"mirrors": ["https://h/a"]}, "b": {"sha256": "\#(hex)", "mirrors": ["http://h"]}}}}}"#,
    #"{"models": {"x": {"variants": {"a": {"objects": {"a": {"mirrors": ["https://h/a"]}}}}}}}"#,
    #"{"presets": {"x": {"models": ["a", "b:q8", "c:auto"], "description": "d"}}}"#,
  ]

  /// By a validator of other people's, so that the schema is one that editors understand.
  @Test func `the schema and the program agree about what a registry is`() async throws {
    let sandbox = try Sandbox()
    let setUp = Self.root.appending(path: "Tests/Setup/python-environment.sh").path
    let environment = try await Tool.run(setUp, []).trimmingCharacters(in: .newlines)
    let schema = Self.root.appending(path: "registry/schema.json").path
    let good = try Self.registries() + Self.sound
    #expect(good.count >= 6)
    for (texts, isGood) in [(good, true), (Self.faulty, false)] {
      for (index, text) in texts.enumerated() {
        let path = try sandbox.write(text, to: "work/\(index).json")
        // The program takes comments and the validator does not.
        let plain = try sandbox.write(Self.withoutComments(text), to: "work/plain.json")
        let check = try await sandbox.run("registry", "validate", path)
        // What it names may be elsewhere, or nowhere.
        let isSound =
          check.status == 0 || check.errors.contains("no model is called")
          || check.errors.hasPrefix("error: cannot read the registry")
        #expect(isSound == isGood, "\(text)\n\(check.errors)")
        let validator = try Launch(
          environment + "/bin/python",
          [
            "-W", "ignore", "-c",
            "import json, sys, jsonschema; jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))",
            plain, schema,
          ], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"], in: sandbox.work)
        let verdict = try await validator.outcome()
        #expect((verdict.status == 0) == isGood, "\(text)\n\(verdict.errors)")
      }
    }
  }

  /// Good enough for our own files, whose comments stand on lines of their own.
  private static func withoutComments(_ text: String) -> String {
    text.components(separatedBy: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
      .joined(separator: "\n")
  }
}

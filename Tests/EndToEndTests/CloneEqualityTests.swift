import Foundation
import Testing

/// What the program makes is byte for byte what `git clone` and `git lfs pull` make, modes and links included.
@Suite struct CloneEqualityTests {
  private func clone(_ model: ServedModel, into sandbox: Sandbox) async throws -> String {
    let folder = sandbox.folder + "/clone"
    try await model.git("clone", "--quiet", model.url(), folder, in: sandbox.folder)
    try await model.git("lfs", "pull", in: folder)
    return folder
  }

  @Test func `every revision`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await clone(model, into: sandbox)
    let first = try await model.commitID("v1")
    let unnamed = try await model.commitID("v2~1")
    let revisions = [
      "main", "v1", "v2", "v2-again", "feature/other", first, unnamed, String(unnamed.prefix(8)),
      String(first.prefix(7)), "refs/tags/v1",
    ]
    for revision in revisions {
      let local = revision == "feature/other" ? "origin/" + revision : revision
      try await model.git("checkout", "--quiet", "--detach", local, in: clone)
      try await model.git("lfs", "pull", in: clone)
      let expected = try await FileTree.of(clone)
      let target = sandbox.work + "/" + String(revision.prefix(12)).replacingOccurrences(of: "/", with: "-")
      let path = try await sandbox.path("get", "\(model.url())@\(revision)", "--to", target)
      #expect(path == target)
      #expect(try await FileTree.of(target) == expected, "\(revision)")
    }
  }

  @Test func `the snapshot in the cache has the same bytes and links`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let expected = try await FileTree.of(clone(model, into: sandbox))
    #expect(expected["weights/tool.bin"]?.hasPrefix("755 ") == true)
    #expect(expected["current.bin"] == "link to weights/model.bin")
    let snapshot = try await FileTree.of(sandbox.path("get", model.url()))
    #expect(Set(snapshot.keys) == Set(expected.keys))
    for (path, entry) in snapshot {
      // Objects cannot be written to; what git keeps has git's modes.
      let writable = entry.replacingOccurrences(of: "444 ", with: "644 ").replacingOccurrences(of: "555 ", with: "755 ")
      #expect(writable == expected[path], "\(path)")
    }
    let dos = try #require(snapshot["dos/lines.crlf"]?.suffix(64))
    let converted = try sandbox.write("one\r\ntwo\r\nthree\r\n", to: "crlf")
    #expect(try await sha256(converted) == dos)
  }

  struct Choice: Sendable, CustomStringConvertible {
    let description: String
    var suffix = ""
    var options: [String] = []
    let contains: @Sendable (String) -> Bool
  }

  static let choices = [
    Choice(description: "a path", suffix: ":weights/größe.bin") { $0 == "weights/größe.bin" },
    Choice(description: "a path with a blank", suffix: ":weights/with space.bin") { $0 == "weights/with space.bin" },
    Choice(description: "a path with signs", suffix: ":weights/100% #1.bin") { $0 == "weights/100% #1.bin" },
    Choice(description: "a path that looks encoded", suffix: ":weights/%41.bin") { $0 == "weights/%41.bin" },
    Choice(description: "a folder", suffix: ":nested") { $0.hasPrefix("nested/") },
    Choice(description: "a folder with a slash", suffix: ":weights/") { $0.hasPrefix("weights/") },
    Choice(description: "a glob", suffix: ":weights/copy-?.bin") { $0.hasPrefix("weights/copy-") },
    Choice(description: "a glob over folders", suffix: ":**/*.sh") { $0.hasSuffix(".sh") },
    Choice(description: "a glob for names", suffix: ":*.crlf") { $0.hasSuffix(".crlf") },
    Choice(description: "include", options: ["--include", "texts/*", "--include", "current.bin"]) {
      $0.hasPrefix("texts/") || $0 == "current.bin"
    },
    Choice(description: "exclude", options: ["--exclude", "shards", "--exclude", "small/*"]) {
      !$0.hasPrefix("shards/") && !$0.hasPrefix("small/")
    },
    Choice(description: "both", options: ["--include", "shards", "--exclude", "part-0[1-9]*.bin"]) {
      $0.hasPrefix("shards/part-00") || $0.hasPrefix("shards/part-1")
    },
    Choice(
      description: "a path and a revision", suffix: "@v2-again:weights/model.bin", options: []
    ) { $0 == "weights/model.bin" },
  ]

  @Test func `every way to choose files`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let expected = try await FileTree.of(clone(model, into: sandbox))
    for (number, choice) in Self.choices.enumerated() {
      let target = sandbox.work + "/\(number)"
      let words = ["get", model.url() + choice.suffix, "--to", target] + choice.options
      let run = try await sandbox.start(words).outcome()
      #expect(run.status == 0, "\(choice): \(run.errors)")
      let chosen = expected.filter { choice.contains($0.key) }
      #expect(!chosen.isEmpty, "\(choice)")
      #expect(try await FileTree.of(target) == chosen, "\(choice)")
    }
  }

  @Test func `the option for the revision says the same as the sign`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let sign = try await sandbox.path("get", model.url() + "@v1:weights/model.bin")
    let option = try await sandbox.path("get", model.url() + ":weights/model.bin", "--revision", "v1")
    #expect(sign == option)
    #expect(try await sha256(sign) == model.pointer("weights/model.bin", at: "v1").oid)
  }
}

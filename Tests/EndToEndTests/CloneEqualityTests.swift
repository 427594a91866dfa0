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

  // Other systems do not take such names.
  #if os(Linux)
    /// Names that are long, deep, not text, or the same but for the case of a letter.
    @Test func `names that git takes`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      let (one, two) = (try await model.blob("one\n"), try await model.blob("two\n"))
      let pointer = try await model.blob(model.pointer("weights/one-byte.bin").text)
      var deep = try await model.git("mktree", "-z", input: "100644 blob \(one)\tfile\0")
      for _ in 0..<20 {
        deep = try await model.git(
          "mktree", "-z", input: "040000 tree \(deep)\t\(String(repeating: "d", count: 100))\0")
      }
      let long = String(repeating: "n", count: 255)
      try await model.branch(
        "names",
        withTree: [
          "100644 blob \(one)\tA", "100644 blob \(two)\ta", "100644 blob \(one)\t\(long)", "040000 tree \(deep)\tdeep",
          "100644 blob \(one)\t-x", "100644 blob \(one)\t~", "100644 blob \(one)\ttab\tand\nline",
        ])
      // Latin-1, which is not UTF-8: a file of git's, another that differs in that byte, and an object.
      let raw = "\(one)\t\\374.txt\\000100644 blob \(two)\t\\344.txt\\000100644 blob \(pointer)\t\\337.bin\\000"
      let listing = sandbox.folder + "/listing"
      try await Tool.run("sh", ["-c", "printf \"$1\" >\(listing)", "sh", "100644 blob " + raw])
      try await model.git("update-ref", "refs/heads/raw", model.commitTree(listedIn: listing))
      for branch in ["names", "raw"] {
        let clone = sandbox.folder + "/clone-" + branch
        try await model.git("clone", "--quiet", "--branch", branch, model.url(), clone, in: sandbox.folder)
        if branch == "raw" {
          // Without attributes the clone has the pointer where lfsfetch has the object.
          try await Tool.run("sh", ["-c", "printf x >\"$(printf '\\337').bin\""], in: clone)
        }
        for target in ["out-" + branch, "again-" + branch, "again-" + branch] {
          let run = try await sandbox.run("get", "\(model.url())@\(branch)", "--to", target)
          #expect(run.status == 0, "\(run.errors)")
          try await Tool.run("diff", ["-r", "--exclude=.git", clone, sandbox.work + "/" + target])
        }
      }
    }
  #endif

  @Test func `the option for the revision says the same as the sign`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let sign = try await sandbox.path("get", model.url() + "@v1:weights/model.bin")
    let option = try await sandbox.path("get", model.url() + ":weights/model.bin", "--revision", "v1")
    #expect(sign == option)
    #expect(try await sha256(sign) == model.pointer("weights/model.bin", at: "v1").oid)
  }
}

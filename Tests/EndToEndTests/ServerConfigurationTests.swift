import Foundation
import Testing

/// Which LFS server is asked, and whether its errors count, as git's configuration and the repository's say: beside the
/// real git-lfs.
@Suite struct ServerConfigurationTests {
  struct Setting: Sendable, CustomStringConvertible {
    /// `NAME=VALUE`; in a value `<stream>` is an LFS server under that prefix, and `{stream}` a repository.
    var git: [String] = []
    /// In the repository's `.lfsconfig`.
    var lfsconfig: [String] = []
    var words: [String] = []
    /// The prefix under which the server was asked.
    let asked: String

    var description: String { "\(git) \(lfsconfig) \(words)" }
  }

  private static let other = ["remote.other.url={stream}", "remote.other.fetch=+refs/heads/*:refs/remotes/other/*"]
  static let settings = [
    Setting(asked: "git"), Setting(git: ["lfs.url=<stream>"], asked: "stream"),
    Setting(git: ["remote.origin.lfsurl=<stream>"], asked: "stream"),
    Setting(git: ["remote.other.lfsurl=<stream>"], asked: "git"),
    Setting(git: ["lfs.url=<stream>", "remote.origin.lfsurl=<capped>"], asked: "stream"),
    Setting(lfsconfig: ["lfs.url=<stream>"], asked: "stream"),
    Setting(lfsconfig: ["remote.origin.lfsurl=<stream>"], asked: "stream"),
    Setting(git: ["lfs.url=<capped>"], lfsconfig: ["lfs.url=<stream>"], asked: "capped"),
    Setting(git: ["remote.origin.lfsurl=<capped>"], lfsconfig: ["lfs.url=<stream>"], asked: "stream"),
    Setting(git: ["remote.origin.lfsurl=<capped>"], lfsconfig: ["remote.origin.lfsurl=<stream>"], asked: "capped"),
    Setting(git: ["lfs.pushurl=<stream>", "remote.origin.lfspushurl=<stream>"], asked: "git"),
    Setting(git: other, words: ["other"], asked: "stream"),
    Setting(git: other + ["remote.lfsdefault=other"], asked: "git"),
    Setting(git: other + ["branch.main.remote=other"], asked: "stream"),
    Setting(git: other + ["branch.main.remote=other", "remote.lfsdefault=origin"], asked: "stream"),
    Setting(git: other + ["remote.other.lfsurl=<capped>"], words: ["other"], asked: "capped"),
    Setting(git: other + ["lfs.url=<capped>"], words: ["other"], asked: "capped"),
    Setting(git: ["url.{stream}.insteadOf={git}"], asked: "stream"),
  ]

  @Test func `the server that git-lfs asks`() async throws {
    let model = try ServedModel()
    func filled(_ text: String) -> String {
      ["git", "stream", "capped"].reduce(text) { text, prefix in
        text.replacingOccurrences(of: "<\(prefix)>", with: model.url("/" + prefix) + "/info/lfs")
          .replacingOccurrences(of: "{\(prefix)}", with: model.url("/" + prefix))
      }
    }
    for program in [["git", "lfs"], [Sandbox.program]] {
      let (machine, clone) = try await GitMachine.pointers(of: model)
      let configuration = try #require(bytes(clone + "/.git/config"))
      for (index, setting) in Self.settings.enumerated() {
        try configuration.write(to: URL(filePath: clone + "/.git/config"))
        for path in ["/.lfsconfig", "/.git/lfs"] { try? FileManager.default.removeItem(atPath: clone + path) }
        for (lines, options) in [(setting.git, []), (setting.lfsconfig, ["--file", ".lfsconfig"])] {
          for line in lines.map(filled) {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            let run = try await machine.run("git", ["config"] + options + parts, in: clone)
            try #require(run.status == 0)
          }
        }
        let before = try await model.requests().batches.count
        let run = try await machine.run(
          program[0], program.dropFirst() + ["fetch", "--include=weights/one-byte.bin"] + setting.words, in: clone,
          environment: ["LFSFETCH_CACHE": "\(machine.sandbox.folder)/cache-\(index)"])
        #expect(run.status == 0, "\(program) \(setting): \(run.errors)")
        let asked = try await model.requests().batches.dropFirst(before).map(\.uri)
        #expect(
          asked.count == 1 && asked.first?.hasPrefix("/\(setting.asked)/") == true, "\(program) \(setting): \(asked)")
      }
    }
  }

  static let skipping: [(words: [String], environment: [String: String], isSkipped: Bool)] = [
    ([], [:], false), (["-c", "lfs.skipdownloaderrors=true"], [:], true),
    (["-c", "lfs.skipdownloaderrors=false"], [:], false), ([], ["GIT_LFS_SKIP_DOWNLOAD_ERRORS": "1"], true),
    (["-c", "lfs.skipdownloaderrors=true"], ["GIT_LFS_SKIP_DOWNLOAD_ERRORS": "0"], true),
  ]

  /// The real git-lfs then knows no configuration at all, and answers what it can without.
  @Test func `a .lfsconfig that cannot be read is told of, and keeps nobody from working`() async throws {
    let model = try ServedModel()
    for program in [["git", "lfs"], [Sandbox.program]] {
      let (machine, clone) = try await GitMachine.pointers(of: model)
      try Data("[lfs\nurl = http://127.0.0.1:1\n".utf8).write(to: URL(filePath: clone + "/.lfsconfig"))
      for command in ["env", "ls-files", "status"] + (program.count == 1 ? ["pull", "fsck"] : []) {
        let run = try await machine.run(program[0], program.dropFirst() + [command], in: clone)
        #expect(run.status == 0, "\(program) \(command): \(run.errors)")
        guard program.count == 1, ["env", "pull"].contains(command) else { continue }
        #expect(
          run.errors.hasPrefix(
            "warning: `.lfsconfig` is not valid configuration and is left out: a section name that is not closed, in "
              + "line 1\n"), "\(run.errors)")
      }
      if program.count == 1 { #expect(GitMachine.pointers(in: clone) == []) }
    }
  }

  @Test func `an object that is missing, and errors that do not count`() async throws {
    let model = try ServedModel()
    let oid = try await model.pointer("weights/tool.bin").oid
    try FileManager.default.removeItem(atPath: model.objects + "/" + oid)
    for (words, environment, isSkipped) in Self.skipping {
      var trees: [[String: String]] = []
      for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
        let machine = try await GitMachine(filters)
        let run = try await machine.run(
          "git", words + ["clone", "--quiet", model.url(), "clone"], environment: environment)
        #expect((run.status == 0) == isSkipped, "\(filters) \(words) \(environment): \(run.errors)")
        guard isSkipped else { continue }
        #expect(GitMachine.pointers(in: machine.work + "/clone") == ["weights/tool.bin"])
        trees.append(try await FileTree.of(machine.work + "/clone"))
      }
      #expect(trees.first == trees.last)
    }
  }
}

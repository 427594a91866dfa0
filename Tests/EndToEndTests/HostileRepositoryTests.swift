import Foundation
import Testing

/// Repositories that are made to do harm.
@Suite struct HostileRepositoryTests {
  struct Path: Sendable, CustomStringConvertible {
    let path: String
    let reason: String
    /// As messages show it.
    var shown: String?
    var description: String { reason }
  }

  static let paths = [
    Path(path: "..", reason: "it contains `..`"),
    Path(path: ".git", reason: "it reaches into a `.git` folder"),
    Path(path: ".GIT", reason: "it reaches into a `.git` folder"),
    Path(path: ".git ", reason: "it reaches into a `.git` folder"),
    Path(path: "git~1", reason: "it reaches into a `.git` folder"),
    Path(path: "a\\.git", reason: "it reaches into a `.git` folder"),
    Path(path: ".g\u{200c}it", reason: "it reaches into a `.git` folder"),
  ]

  @Test(arguments: paths) func `a path that leads out is refused by name, by whoever selects it`(_ test: Path)
    async throws
  {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let blob = try await model.blob("evil\n")
    let inner = try await model.git("mktree", "-z", input: "100644 blob \(blob)\tconfig\0")
    for (branch, entry) in [("file", "100644 blob \(blob)"), ("folder", "040000 tree \(inner)")] {
      try await model.branch(branch, withTree: ["\(entry)\t\(test.path)", "100644 blob \(blob)\tfine"])
      for words in [["get", model.url() + "@" + branch], ["get", model.url() + "@" + branch, "--to", "out"]] {
        let run = try await sandbox.start(words).outcome()
        #expect(run.status == 6)
        #expect(run.output == "")
        #expect(run.errors.contains(test.reason), "\(run.errors)")
        #expect(run.errors.contains("is not safe"), "\(run.errors)")
      }
      let fine = try await sandbox.path("get", "\(model.url())@\(branch):fine")
      #expect(bytes(fine) == Data("evil\n".utf8))
    }
    #expect(FileTree.paths(in: sandbox.work) == [])
    for name in ["config", "cache/config", "cache/snapshots/config"] {
      #expect(fileStatus(sandbox.folder + "/" + name) == nil)
    }
  }

  @Test(arguments: ["../../../../etc/passwd", "/etc/passwd", "a/../../x", "..", "../\u{301}d/../../x"])
  func `a symbolic link that leads out is refused by name`(_ target: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let blob = try await model.blob("fine\n")
    let link = try await model.blob(target)
    try await model.branch("evil", withTree: ["100644 blob \(blob)\tfine", "120000 blob \(link)\tlink"])
    let run = try await sandbox.run("get", model.url() + "@evil", "--to", "out")
    #expect(run.status == 6)
    #expect(
      run.errors == """
        error: the symbolic link `link` leads out of the repository
          caused by: it points to `\(target)`
        hint: leave it out with `--exclude 'link'`

        """)
    #expect(fileStatus(sandbox.work + "/out/link") == nil)
    let rest = try await sandbox.path("get", model.url() + "@evil", "--exclude", "link", "--to", "rest")
    #expect(FileTree.paths(in: rest) == ["fine"])
  }

  /// CVE-2021-21300: a link, and below its name a folder.
  @Test func `a link and a folder of one name cannot be combined`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let blob = try await model.blob("evil\n")
    let link = try await model.blob("..")
    let inner = try await model.git("mktree", "-z", input: "100644 blob \(blob)\tevil\0")
    try await model.branch("evil", withTree: ["120000 blob \(link)\ta", "040000 tree \(inner)\ta"])
    let run = try await sandbox.run("get", model.url() + "@evil", "--to", "out/deep")
    #expect(run.status != 0)
    #expect(FileTree.paths(in: sandbox.work) == [])
  }

  @Test func `what steers terminals is shown escaped`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let blob = try await model.blob("version https://git-lfs.github.com/spec/v1\noid sha256:bad\nsize 1\n")
    try await model.branch("evil", withTree: ["100644 blob \(blob)\ta\u{1b}]0;owned\u{7}\u{202e}b"])
    let run = try await sandbox.run("get", model.url() + "@evil")
    #expect(run.status == 6)
    #expect(run.errors.hasPrefix("error: the LFS pointer `a\\u{1b}]0;owned\\u{7}\\u{202e}b` in "), "\(run.errors)")
    #expect(run.errors.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x202e) })
    let message = try await sandbox.run("get", model.url() + "@no\u{1b}such")
    #expect(message.errors.contains("no\\u{1b}such"), "\(message.errors)")
  }

  @Test(arguments: ["../../x", String(repeating: "A", count: 64), String(repeating: "a", count: 63)])
  func `a pointer's object id is 64 lowercase digits or nothing`(_ oid: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try await model.commit(["evil.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:\(oid)\nsize 1\n"])
    let run = try await sandbox.run("get", model.url() + ":evil.bin")
    #expect(run.status == 6)
    #expect(run.errors.contains("the oid is not `sha256:` and 64 lowercase hexadecimal digits"), "\(run.errors)")
    #expect(try await model.requests().batches.isEmpty)
  }

  @Test func `keys of lfsconfig that name programs are passed over`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let mark = sandbox.folder + "/mark"
    try await model.commit([
      ".lfsconfig": """
      [lfs]
        standalonetransferagent = x
        url = \(model.url())/info/lfs
      [lfs "customtransfer.x"]
        path = /bin/sh
        args = -c 'echo x >\(mark)'
      [credential]
        helper = !echo x >\(mark)
      [http]
        proxy = http://127.0.0.1:1

      """
    ])
    let path = try await sandbox.path("get", model.url() + ":weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test(arguments: ["%0a", "%0d", "%00"]) func `control characters in an address are refused`(_ code: String)
    async throws
  {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let base = model.servers.http.dropFirst("http://".count)
    for url in ["http://user\(code)x:secret@\(base)/git/a", "http://127.0.0.1\(code)x/git/a"] {
      let run = try await sandbox.run("get", url)
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("error: "), "\(run.errors)")
      #expect(!run.errors.contains("secret"))
    }
  }
}

import Foundation
import Testing

/// Repositories that are made to do harm to whoever clones them.
@Suite struct HostileCloneTests {
  private func expectNothing(in sandbox: Sandbox) throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.work) == [])
    for name in ["evil", "config"] { #expect(fileStatus(sandbox.folder + "/" + name) == nil) }
  }

  /// CVE-2021-21300, CVE-2025-26625.
  @Test(arguments: ["link first", "folder first"])
  func `a link and a folder of one name are not combined`(_ order: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let (blob, link) = try await (model.blob("evil\n"), model.blob("../.."))
    let inner = try await model.git("mktree", "-z", input: "100644 blob \(blob)\tevil\0")
    let entries = ["120000 blob \(link)\ta", "040000 tree \(inner)\ta"]
    try await model.branch("evil", withTree: order == "link first" ? entries : entries.reversed())
    let run = try await sandbox.run("clone", model.url() + "@evil", "c")
    #expect(run.status == 6, "\(run.errors)")
    try expectNothing(in: sandbox)
  }

  @Test func `a link that leads out is a link, and nothing is written through it`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let link = try await model.blob("../../target")
    try await model.branch("main", withTree: ["120000 blob \(link)\tout"])
    let clone = try await sandbox.path("clone", model.url(), "c")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: clone + "/out") == "../../target")
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
    #expect(fileStatus(sandbox.folder + "/target") == nil)
  }

  @Test(arguments: [".git", ".GIT", ".Git", "git~1", ".git ", "..", "."])
  func `a path that reaches into git's folder is refused, selected or not`(_ name: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let blob = try await model.blob("[core]\n  fsmonitor = touch evil\n")
    let inner = try await model.git("mktree", "-z", input: "100644 blob \(blob)\tconfig\0")
    try await model.branch("evil", withTree: ["040000 tree \(inner)\t\(name)", "100644 blob \(blob)\tfine"])
    for options in [[], ["--include", "fine"]] {
      let run = try await sandbox.start(["clone", model.url() + "@evil", "c"] + options).outcome()
      #expect(run.status == 6, "\(run.errors)")
      #expect(run.errors.contains("is not safe"), "\(run.errors)")
      try expectNothing(in: sandbox)
    }
    #expect(try await model.requests().batches.isEmpty)
  }

  /// CVE-2020-27955, CVE-2021-21237, CVE-2022-24826.
  @Test func `programs that lie about are not run, neither by what a repository says`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let mark = sandbox.folder + "/mark"
    for name in ["git", "ssh", "git-lfs", "git-upload-pack", "sh"] {
      try sandbox.write("#!/bin/sh\ntouch \(mark)\n", to: "work/" + name)
      chmod(sandbox.work + "/" + name, 0o755)
    }
    try await model.commit([
      ".lfsconfig":
        "[lfs]\n  url = \(model.url())/info/lfs\n[lfs \"customtransfer.x\"]\n  path = touch\n  args = \(mark)\n",
      ".gitattributes": "* filter=evil\n*.bin filter=lfs -text\n",
      ".gitconfig": "[filter \"evil\"]\n  smudge = touch \(mark)\n",
      "hooks/post-checkout": "#!/bin/sh\ntouch \(mark)\n",
    ])
    let environment = ["PATH": ".:" + sandbox.work]
    let run = try await sandbox.run("clone", model.url(), "c", "--exclude", "small", environment: environment)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try await sha256(run.path + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(fileStatus(mark) == nil)
    #expect(fileStatus(run.path + "/.git/hooks") == nil)
    let config = String(decoding: try #require(bytes(run.path + "/.git/config")), as: UTF8.self)
    #expect(!config.contains("customtransfer") && !config.contains("evil"))
  }

  @Test func `what steers terminals is shown escaped`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let text = "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 1\n"
    let (blob, attributes) = try await (model.blob(text), model.blob("* filter=lfs\n"))
    let malformed = try await model.blob("version https://git-lfs.github.com/spec/v1\noid x\n")
    let steering = "a\u{1b}]0;owned\u{7}\u{202e}b"
    try await model.branch(
      "evil",
      withTree: [
        "100644 blob \(attributes)\t.gitattributes", "100644 blob \(blob)\t\(steering)",
        "100644 blob \(malformed)\tz\(steering)",
      ])
    for options in [[], ["--exclude", steering]] {
      let run = try await sandbox.start(["clone", model.url() + "@evil", "c"] + options).outcome()
      #expect(run.errors.contains("a\\u{1b}]0;owned\\u{7}\\u{202e}b"), "\(run.errors)")
      #expect(run.errors.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x202e) })
    }
  }

  @Test func `what an address holds does not get into the configuration as another line`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for url in ["http://127.0.0.1/a%0a[core]%0aeditor=evil", "http://127.0.0.1/a\n[core]\neditor=evil"] {
      #expect(try await sandbox.run("clone", url, "c").status != 0)
    }
    let odd = "\(model.servers.repositories)/copies/q\"\\ #;.git"
    try FileManager.default.copyItem(atPath: model.folder, toPath: odd)
    defer { try? FileManager.default.removeItem(atPath: odd) }
    let clone = try await sandbox.path("clone", odd, "c", "--no-lfs")
    #expect(try await model.git("remote", "get-url", "origin", in: clone) == odd)
    #expect(try await model.git("config", "--list", "--local", in: clone).contains("editor") == false)
  }
}

import Foundation
import Testing

/// The files of a clone are those that git would write: modes, links, line ends, attributes, and paths of any bytes.
@Suite struct CloneFilesTests {
  @Test(arguments: ["", "autocrlf = true", "autocrlf = input", "eol = crlf", "autocrlf = false\n  eol = crlf"])
  func `attributes and the user's line ends decide as with git`(_ setting: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(4000))
    let other = try await model.addObject(noise(5000, seed: 2))
    let long = String(repeating: "# This makes the file longer than what comes with the first request.\n", count: 20)
    var files = [
      ".gitattributes": """
      [attr]model filter=lfs diff=lfs merge=lfs -text
      *.mdl model
      *.auto text=auto
      *.win text eol=crlf
      *.unix text eol=lf
      *.id ident
      *.raw -text
      *.part filter=lfs
      no.part -filter

      """,
      "deep/.gitattributes": long + "*.auto -text\n*.big eol=crlf text\n",
      "deep/er/.gitattributes": "*.mdl !filter\n*.auto text eol=crlf\n",
      "a.mdl": pointer.text, "deep/b.mdl": other.text, "deep/er/c.mdl": pointer.text,
      "x.part": pointer.text, "no.part": pointer.text, "stranger.bin": other.text, "x.id": "$Id$\n",
    ]
    for (name, text) in [("lf", "one\ntwo\n"), ("crlf", "one\r\ntwo\r\n"), ("mixed", "one\r\ntwo\n"), ("nul", "a\0\n")]
    {
      for ending in ["auto", "win", "unix", "raw", "plain"] {
        files["\(name).\(ending)"] = text
        files["deep/\(name).\(ending)"] = text
        files["deep/er/\(name).\(ending)"] = text
      }
      files["deep/\(name).big"] = text
    }
    try await model.commit(files)
    let configuration = "[core]\n  \(setting)\n"
    try sandbox.setGitConfiguration(configuration)
    let clone = try await sandbox.path("clone", model.url(), "c", "--exclude", "small")
    let options = setting.split(separator: "\n").flatMap {
      ["-c", "core." + $0.filter { $0 != " " }]
    }
    let reference = sandbox.folder + "/reference"
    try await gitClone(model, to: reference, options)
    var expected = try await FileTree.of(reference)
    expected = expected.filter { !$0.key.hasPrefix("small/") }
    #expect(try await FileTree.of(clone) == expected)
    #expect(try await sha256(clone + "/deep/b.mdl") == other.oid)
    #expect(bytes(clone + "/deep/er/c.mdl") == Data(pointer.text.utf8))
    #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
    #expect(try await model.git("lfs", "ls-files", "--name-only", in: clone).contains("deep/b.mdl"))
  }

  private func gitClone(_ model: ServedModel, to folder: String, _ options: [String]) async throws {
    let words = options + ["clone", "--quiet", model.url(), folder]
    try await Tool.run("git", words, environment: ["HOME": model.home, "GIT_CONFIG_NOSYSTEM": "1"])
  }

  @Test func `the user's own attributes count, and filters that they name are not run`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let mark = sandbox.folder + "/mark"
    try await model.commit(["x.secret": "one\ntwo\n", "y.txt": "one\n", "z.utf16": "one\n"])
    try sandbox.write(
      "*.txt text eol=crlf\n*.secret filter=evil\n*.utf16 working-tree-encoding=UTF-16\n", to: "home/attributes")
    try sandbox.setGitConfiguration(
      """
      [core]
        attributesFile = \(sandbox.home)/attributes
      [filter "evil"]
        smudge = touch \(mark)
        process = touch \(mark)
      """)
    let run = try await sandbox.run(
      "clone", model.url(), "c", "--include", "*.secret", "--include", "y.txt", "--include", "z.utf16")
    try #require(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path + "/y.txt") == Data("one\r\n".utf8))
    #expect(bytes(run.path + "/x.secret") == Data("one\ntwo\n".utf8))
    #expect(run.errors.contains("warning: `x.secret` and 1 more as git keeps it"), "\(run.errors)")
    #expect(fileStatus(mark) == nil)
  }

  @Test func `paths of any bytes, and long ones`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(3000))
    let (blob, attributes) = try await (model.blob(pointer.text), model.blob("* filter=lfs -text\n"))
    let name = String(repeating: "n", count: 255)
    var tree = try await model.git("mktree", "-z", input: "100644 blob \(blob)\t\(name)\0")
    for _ in 0..<11 { tree = try await model.git("mktree", "-z", input: "040000 tree \(tree)\t\(name)\0") }
    var listing = Data()
    for path: [UInt8] in [
      [0xff, 0xfe], Array("a\nb".utf8), Array("größe ☃".utf8), Array("g\u{308}".utf8), Array("*?[x]".utf8),
    ] {
      listing += Data("100755 blob \(blob)\t".utf8) + Data(path) + [0]
    }
    listing += Data("100644 blob \(attributes)\t.gitattributes\0040000 tree \(tree)\tlong\0".utf8)
    let file = sandbox.folder + "/listing"
    try listing.write(to: URL(filePath: file))
    try await model.git("update-ref", "refs/heads/odd", model.commitTree(listedIn: file))
    let clone = try await sandbox.path("clone", model.url() + "@odd", "c")
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
    #expect(try await model.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
    let script = "find . -name .git -prune -o -type f ! -name .gitattributes -exec sh -c 'sha256sum <\"$1\"' x {} ';'"
    let hashes = try await Tool.run("sh", ["-c", script], in: clone)
    #expect(hashes.split(separator: "\n").map { String($0.prefix(64)) } == Array(repeating: pointer.oid, count: 6))
    // One of them by its name, which is also a pattern, and all others without it.
    let part = try await sandbox.path("clone", model.url() + "@odd", "part", "--include", "*?[x]", "--include", "long")
    try await model.git("sparse-checkout", "reapply", in: part)
    #expect(try await model.git("ls-files", "-t", in: part).split(separator: "\n").count { $0.hasPrefix("H") } == 2)
    #expect(try await model.git("lfs", "fsck", in: part) == "Git LFS fsck OK")
  }

  @Test func `files that cannot be LFS files stay pointers, with a warning`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let malformed = "version https://git-lfs.github.com/spec/v1\noid sha256:bad\nsize 1\n"
    try await model.commit(["bad.bin": malformed])
    let run = try await sandbox.run("clone", model.url(), "c", "--include", "bad.bin")
    #expect(run.status == 0)
    #expect(
      run.errors.contains("warning: `bad.bin` stays as it is: it looks like an LFS pointer, but "), "\(run.errors)")
    #expect(bytes(run.path + "/bad.bin") == Data(malformed.utf8))
    #expect(try await model.git("status", "--porcelain", in: run.path) == "")
  }

  @Test func `links are files where git is configured so`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.setGitConfiguration("[core]\n  symlinks = false\n")
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "current.bin")
    #expect(bytes(clone + "/current.bin") == Data("weights/model.bin".utf8))
    #expect(try await model.git("-c", "core.symlinks=false", "status", "--porcelain", in: clone) == "")
  }

  @Test func `what the repository tells git-lfs to leave out stays pointers, unless it is named`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try await model.commit([".lfsconfig": "[lfs]\n  fetchexclude = shards, /weights/copy-*\n"])
    let clone = try await sandbox.path("clone", model.url(), "c", "--exclude", "small")
    let reference = sandbox.folder + "/reference"
    try await gitClone(model, to: reference, [])
    try await model.git("lfs", "pull", in: reference)
    #expect(try await FileTree.of(clone) == FileTree.of(reference).filter { !$0.key.hasPrefix("small/") })
    #expect(bytes(clone + "/shards/part-007.bin")?.starts(with: Data("version ".utf8)) == true)
    try await CloneTests.check(clone, of: model)
    let named = try await sandbox.path("clone", model.url(), "d", "--include", "shards/part-007.bin")
    #expect(bytes(named + "/shards/part-007.bin")?.count == 500)
  }
}

import Fixtures
import Foundation
import Testing

/// LFS extensions, beside the real git-lfs: what one has made of a file the other turns back.
@Suite struct LFSExtensionTests {
  /// Programs in a folder of the PATH: `turn` swaps letters, `pack` puts a line in front, and each notes what it does.
  private func configure(_ machine: GitMachine, _ repository: String) async throws -> [String: String] {
    let folder = machine.sandbox.folder + "/extensions"
    try writeProgram("#!/bin/sh\necho \"$0 $*\" >>'\(folder)/log'\ntr 'a-mn-z' 'n-za-m'\n", to: folder + "/turn")
    try writeProgram(
      "#!/bin/sh\necho \"$0 $*\" >>'\(folder)/log'\nif [ $1 = in ]; then echo packed; cat; else sed 1d; fi\n",
      to: folder + "/pack")
    try writeProgram("#!/bin/sh\ncat\n", to: folder + "/same")
    try writeProgram("#!/bin/sh\ncat >/dev/null\necho 'no luck today' >&2\nexit 3\n", to: folder + "/fail")
    for (name, value) in [
      ("turn.clean", "turn in %f"), ("turn.smudge", "turn out %f"), ("turn.priority", "0"),
      ("pack.clean", "pack in -- %f"), ("pack.smudge", "pack out"), ("pack.priority", "2"),
    ] { try await machine.git("config", "lfs.extension." + name, value, in: repository) }
    let path = machine.environment["PATH"] ?? ""
    return ["PATH": folder + ":" + path]
  }

  private func repository(on machine: GitMachine) async throws -> (String, environment: [String: String]) {
    let repository = machine.work + "/r"
    try await machine.git("init", "--quiet", repository)
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/r/.gitattributes")
    return (repository, try await configure(machine, repository))
  }

  private let content = "hello, world\nand more\n"

  @Test func `pointers and objects are those of git-lfs, and either turns back the other's`() async throws {
    var pointers: [String] = []
    var folders: [(GitMachine, String, [String: String])] = []
    for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
      let machine = try await GitMachine(filters)
      let (repository, environment) = try await repository(on: machine)
      try machine.sandbox.write(content, to: "work/r/a/with space.bin")
      try await machine.git("add", ".", in: repository, environment: environment)
      try await machine.git("commit", "--quiet", "-m", "1", in: repository, environment: environment)
      pointers.append(try await machine.git("show", "HEAD:a/with space.bin", in: repository))
      #expect(try await machine.git("status", "--porcelain", in: repository, environment: environment) == "")
      folders.append((machine, repository, environment))
    }
    #expect(pointers[1] == pointers[0])
    let lines = pointers[1].split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(lines == ["version", "ext-0-turn", "ext-1-pack", "oid", "size"])
    let oid = try #require(
      pointers[1].split(separator: "\n").first { $0.hasPrefix("oid ") }.map { String($0.suffix(64)) })
    for (machine, repository, _) in folders {
      let stored = try #require(bytes(GitMachine.media(oid, in: repository)))
      #expect(String(decoding: stored, as: UTF8.self) == "packed\nuryyb, jbeyq\nnaq zber\n")
      #expect(FileTree.paths(in: repository + "/.git/lfs/tmp") == [])
      let log = try String(contentsOfFile: machine.sandbox.folder + "/extensions/log", encoding: .utf8)
      #expect(log.contains("/turn in a/with space.bin\n") && log.contains("/pack in -- a/with space.bin\n"))
    }
    // What real git-lfs has stored: by the filter process, by `checkout`, by `pull`, and by the filter alone.
    let (reference, theirs, _) = folders[0]
    let (machine, ours, environment) = folders[1]
    for (repository, word) in [(theirs, "checkout"), (theirs, "pull"), (ours, "checkout")] {
      try FileManager.default.removeItem(atPath: repository + "/a/with space.bin")
      try await machine.lfsfetch(word, in: repository, environment: environment)
      #expect(bytes(repository + "/a/with space.bin") == Data(content.utf8))
      #expect(try await reference.git("status", "--porcelain", in: repository, environment: environment) == "")
      #expect(try await machine.lfsfetch("status", "--porcelain", in: repository, environment: environment) == "")
    }
    try FileManager.default.removeItem(atPath: theirs + "/a/with space.bin")
    try await machine.git("checkout", "--", ".", in: theirs, environment: environment)
    #expect(bytes(theirs + "/a/with space.bin") == Data(content.utf8))
    let alone = try await machine.run(
      "sh", ["-c", #"git show "HEAD:a/with space.bin" | lfsfetch smudge "a/with space.bin""#], in: ours,
      environment: environment)
    #expect(alone.output == content)
    #expect(FileTree.paths(in: ours + "/.git/lfs/tmp") == [])
  }

  /// By the filter process, by the filter alone, and by the command that fills the work tree.
  @Test func `the programs are told the bytes of a path that is no text`() async throws {
    var told: [Data] = []
    for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
      let machine = try await GitMachine(filters)
      let (repository, environment) = try await repository(on: machine)
      try machine.sandbox.write("*.bin filter=lfs -text\n", to: "work/r/.gitattributes")
      let script = #"""
        set -e
        name=$(printf 'caf\351 \303\244.bin')
        echo content >"$name"
        git add .
        git commit --quiet -m 1
        rm "$name"
        git checkout -- .
        rm "$name"
        "$@" checkout
        git config --global --unset filter.lfs.process
        rm "$name"
        git checkout -- .
        test "$(cat "$name")" = content
        echo other >"$name"
        git add .
        git commit --quiet -m 2
        test "$(git cat-file -p HEAD:"$name" | head -c 7)" = version
        """#
      let words = filters == .gitLFS ? ["git", "lfs"] : [Sandbox.program]
      let outcome = try await machine.run("sh", ["-c", script, "sh"] + words, in: repository, environment: environment)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let log = try #require(bytes(machine.sandbox.folder + "/extensions/log"))
      let lines = Set(log.split(separator: 0x0a).map { $0.split(separator: UInt8(ascii: "/")).last ?? $0 })
      told.append(Data(lines.map { Data($0) }.sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [10])))
      #expect(told.last?.range(of: Data("turn out caf\u{e9}".unicodeScalars.map { UInt8($0.value) })) != nil)
    }
    #expect(told[0] == told[1])
  }

  /// git-lfs 3.3 itself cannot run three.
  @Test func `one that changes nothing has no line in the pointer`() async throws {
    let machine = try await GitMachine()
    let (repository, environment) = try await repository(on: machine)
    for (name, value) in [("same.clean", "same"), ("same.smudge", "fail"), ("same.priority", "1")] {
      try await machine.git("config", "lfs.extension." + name, value, in: repository)
    }
    try machine.sandbox.write(content, to: "work/r/b.bin")
    try await machine.git("add", ".", in: repository, environment: environment)
    let pointer = try await machine.git("show", ":b.bin", in: repository)
    let lines = pointer.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(lines == ["version", "ext-0-turn", "ext-1-pack", "oid", "size"])
    try FileManager.default.removeItem(atPath: repository + "/b.bin")
    try await machine.git("checkout", "--", "b.bin", in: repository, environment: environment)
    #expect(bytes(repository + "/b.bin") == Data(content.utf8))
  }

  @Test func `what is fetched first is turned back, too`() async throws {
    let model = try ServedModel()
    let stored = try await model.addObject(Data("packed\nnop\n".utf8))
    let step = try await sha256(of: "nop\n")
    let first = try await sha256(of: "abc\n")
    let text =
      "version https://git-lfs.github.com/spec/v1\next-0-turn sha256:\(first)\next-1-pack sha256:\(step)\n"
      + "oid sha256:\(stored.oid)\nsize \(stored.size)\n"
    try await model.commit(["weights/changed.bin": text])
    for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
      let machine = try await GitMachine(filters)
      let clone = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      let environment = try await configure(machine, clone)
      try FileManager.default.removeItem(atPath: clone + "/weights/changed.bin")
      try await machine.git("checkout", "--", "weights/changed.bin", in: clone, environment: environment)
      #expect(bytes(clone + "/weights/changed.bin") == Data("abc\n".utf8))
    }
  }

  @Test func `a file that extensions have filled is dropped, unless it was changed since`() async throws {
    let model = try ServedModel()
    let stored = try await model.addObject(Data("nop\n".utf8))
    let first = try await sha256(of: "abc\n")
    let text =
      "version https://git-lfs.github.com/spec/v1\next-0-turn sha256:\(first)\n"
      + "oid sha256:\(stored.oid)\nsize \(stored.size)\n"
    try await model.commit(["weights/turned.bin": text, "weights/other.bin": text])
    let machine = try await GitMachine()
    try await machine.lfsfetch(
      "clone", model.url(), "clone", "--include", "weights/*er*.bin", "--include", "weights/tu*")
    let clone = machine.work + "/clone"
    let environment = try await configure(machine, clone)
    try await machine.lfsfetch("pull", in: clone, environment: environment)
    for name in ["turned", "other"] { #expect(bytes("\(clone)/weights/\(name).bin") == Data("abc\n".utf8)) }
    // Of another time than the index knows, so that only its content tells.
    _ = try await machine.run("touch", ["-d", "2 hours ago", "weights/turned.bin"], in: clone)
    try machine.sandbox.write("abd\n", to: "work/clone/weights/other.bin")
    let outcome = try await machine.run(
      Sandbox.program, ["drop", "weights/turned.bin", "weights/other.bin"], in: clone, environment: environment)
    #expect(outcome.status == 1 && outcome.errors.contains("other.bin"), "\(outcome.errors)")
    #expect(fileStatus(clone + "/weights/turned.bin") == nil)
    #expect(bytes(clone + "/weights/other.bin") == Data("abd\n".utf8))
  }

  private func sha256(of text: String) async throws -> String {
    let folder = try Sandbox()
    return try await EndToEndTests.sha256(folder.write(text, to: "text"))
  }

  struct Fault: Sendable, CustomStringConvertible {
    let description: String
    let settings: [String: String]
    let words: String
    /// What git-lfs says.
    let reference: String
  }

  static let faults = [
    Fault(
      description: "it fails", settings: ["turn.clean": "fail"],
      words: "error: the LFS extension `turn` failed for `b.bin`\n  caused by: no luck today\n",
      reference: "extension 'turn' failed with: no luck today"),
    Fault(
      description: "it is not there", settings: ["turn.clean": "nosuchprogram %f"],
      words: "error: cannot run the LFS extension `turn` for `b.bin`\n", reference: "executable file not found"),
    Fault(
      description: "two of one priority", settings: ["pack.priority": "0"],
      words: "error: two LFS extensions have the priority 0\n", reference: "duplicate priority 0"),
  ]

  @Test(arguments: faults) func `a file that cannot be cleaned is not added`(_ fault: Fault) async throws {
    for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
      let machine = try await GitMachine(filters)
      let (repository, environment) = try await repository(on: machine)
      for (name, value) in fault.settings {
        try await machine.git("config", "lfs.extension." + name, value, in: repository)
      }
      try machine.sandbox.write(content, to: "work/r/b.bin")
      let outcome = try await machine.run("git", ["add", "b.bin"], in: repository, environment: environment)
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(filters == .lfsfetch ? fault.words : fault.reference), "\(outcome.errors)")
      #expect(try await machine.git("ls-files", in: repository) == "")
    }
  }

  @Test func `content that does not come back as it was is not put in place`() async throws {
    let machine = try await GitMachine()
    let (repository, environment) = try await repository(on: machine)
    try machine.sandbox.write(content, to: "work/r/b.bin")
    try await machine.git("add", ".", in: repository, environment: environment)
    for (setting, value, words) in [
      ("turn.smudge", "same", "error: the LFS extension `turn` does not make of `b.bin` what it was\n"),
      ("pack.smudge", "fail", "error: the LFS extension `pack` failed for `b.bin`\n  caused by: no luck today\n"),
    ] {
      try await machine.git("config", "lfs.extension." + setting, value, in: repository)
      try? FileManager.default.removeItem(atPath: repository + "/b.bin")
      let outcome = try await machine.run(Sandbox.program, ["checkout"], in: repository, environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(fileStatus(repository + "/b.bin") == nil)
      let filtered = try await machine.run(
        "git", ["checkout", "--", "b.bin"], in: repository, environment: environment)
      #expect(filtered.status != 0)
      #expect(filtered.errors.contains(words), "\(filtered.errors)")
    }
  }

  /// A repository that comes from elsewhere names no programs, nor does a file of it become one.
  @Test func `a repository cannot name extensions, nor plant them`() async throws {
    let machine = try await GitMachine()
    let repository = machine.work + "/r"
    try await machine.git("init", "--quiet", repository)
    try machine.sandbox.write("*.bin filter=lfs -text\n", to: "work/r/.gitattributes")
    try machine.sandbox.write(
      "[lfs \"extension.evil\"]\n\tclean = touch \(machine.work)/ran\n\tpriority = 0\n", to: "work/r/.lfsconfig")
    try writeProgram("#!/bin/sh\ntouch '\(machine.work)/ran'\ncat\n", to: repository + "/turn")
    try machine.sandbox.write(content, to: "work/r/b.bin")
    _ = try await machine.run("git", ["add", "b.bin"], in: repository)
    try await machine.git("config", "lfs.extension.turn.clean", "turn", in: repository)
    let path = ["PATH": ".:" + (machine.environment["PATH"] ?? "")]
    _ = try await machine.run("git", ["add", "b.bin"], in: repository, environment: path)
    try await machine.git("config", "lfs.extension.turn.clean", "./turn", in: repository)
    _ = try await machine.run("git", ["add", "b.bin"], in: repository)
    #expect(fileStatus(machine.work + "/ran") == nil)
  }
}

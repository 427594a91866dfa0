import Fixtures
import Foundation
import Testing

/// `lfsfetch add` and `drop` in git's cone mode, which knows whole folders only: what git itself makes of the same
/// folders is what is right, and git goes on from there.
@Suite struct ConeModeTests {
  private static let files = [
    "top.txt", "a/1", "a/b/2", "a/b/c/3", "a/b/e/11", "a/d/4", "b/10", "we[i]rd*/5", #"q\"x/6"#, #"h\303\251/7"#,
    #"n\351n/8"#, "sp ace/9", "z/y/x/12", #"back\\slash/13"#, "#h/14", "!n/15", "only/one/16", "only/17",
  ]

  /// `selected` are words of a shell, as are the others below.
  private func clone(
    _ model: ServedModel, selected: String, _ options: String = "", as name: String = "clone", on machine: GitMachine
  ) async throws -> String {
    if try await model.git("for-each-ref", "refs/heads/odd").isEmpty {
      let files = Self.files.map { "M 100644 inline \"\($0)\"\ndata 2\nx\n\n" }.joined()
      try await model.git(
        "fast-import", "--quiet",
        input: "commit refs/heads/odd\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n" + files)
    }
    let clone = try await machine.clone(model.url(), "--branch", "odd", name: name)
    try await shell("git sparse-checkout set --cone --skip-checks \(options) \(selected)", in: clone, on: machine)
    return clone
  }

  @discardableResult
  private func shell(
    _ line: String, in folder: String, on machine: GitMachine, status: Int32 = 0
  ) async throws -> Launch.Outcome {
    let outcome = try await machine.run("/bin/sh", ["-c", line, Sandbox.program], in: folder)
    #expect(outcome.status == status, "\(line): \(outcome.errors)")
    return outcome
  }

  /// All that says which files are there, and that git finds nothing to do.
  private func state(_ clone: String, on machine: GitMachine) async throws -> [String] {
    var state = [try #require(bytes(clone + "/.git/info/sparse-checkout")).map { String($0, radix: 16) }.joined()]
    for words in [["sparse-checkout", "list"], ["ls-files", "-t"], ["status", "--porcelain"]] {
      let outcome = try await machine.run("git", words, in: clone)
      #expect(outcome.status == 0 && outcome.errors == "", "\(words): \(outcome.errors)")
      state.append(outcome.output)
    }
    #expect(state.last == "")
    // As bytes, in whatever encoding.
    return state + [
      try await shell("find . -name .git -prune -o -type f -print | LC_ALL=C sort | od -c", in: clone, on: machine)
        .output
    ]
  }

  struct Example: CustomTestStringConvertible {
    let selected: String
    let verb: String
    let words: String
    /// What git is told to select in the end.
    let result: String
    var testDescription: String { "\(selected): \(verb) \(words)" }
  }

  private static let odd = #"'we[i]rd*' 'q"x' hé "$(printf 'n\351n')" 'sp ace' '#h' '!n' 'back\slash'"#

  private static let examples = [
    Example(selected: "", verb: "add", words: "a/b", result: "a/b"),
    Example(selected: "a/b/c b", verb: "add", words: "a/d z/y/x", result: "a/b/c b a/d z/y/x"),
    Example(selected: "a/b/c", verb: "add", words: "a/b/", result: "a/b"),
    Example(selected: "a/b", verb: "add", words: "a/b/c a/1 top.txt", result: "a/b"),
    Example(selected: "z", verb: "add", words: "'a/**' '[b]'", result: "a b z"),
    Example(selected: "z", verb: "add", words: odd, result: "z " + odd),
    Example(selected: "a b", verb: "drop", words: "b", result: "a"),
    Example(selected: "a b", verb: "drop", words: "z b", result: "a"),
    Example(selected: "a/b a/d b", verb: "drop", words: "a", result: "b"),
    Example(selected: "a b", verb: "drop", words: "a/b", result: "a/d b"),
    Example(selected: "a", verb: "drop", words: "a/b/c", result: "a/b/e a/d"),
    Example(selected: "a/b/c", verb: "drop", words: "a/b/c", result: ""),
    Example(selected: "a b z/y", verb: "drop", words: "'[ab]'", result: "z/y"),
    Example(selected: "nowhere/yet a/d", verb: "drop", words: "a", result: "nowhere/yet"),
    Example(selected: "z " + odd, verb: "drop", words: odd, result: "z"),
  ]

  @Test(arguments: examples, ["", "--sparse-index"])
  func `is what git makes of it`(_ example: Example, _ options: String) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await clone(model, selected: example.selected, options, on: machine)
    try await shell("\"$0\" \(example.verb) \(example.words)", in: clone, on: machine)
    let reference = try await self.clone(model, selected: example.result, as: "reference", on: machine)
    let expected = try await state(reference, on: machine)
    #expect(try await state(clone, on: machine) == expected)
    try await shell("git sparse-checkout reapply", in: clone, on: machine)
    #expect(try await state(clone, on: machine) == expected)
    for folder in [clone, reference] { try await shell("git sparse-checkout add only/one", in: folder, on: machine) }
    #expect(try await state(clone, on: machine) == state(reference, on: machine))
    try await shell("git fsck", in: clone, on: machine)
  }

  @Test func `what a cone cannot express is refused, and nothing is done`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await clone(model, selected: "a/b only", on: machine)
    let before = try await state(clone, on: machine)
    let cause =
      "  caused by: this work tree is sparse in git's cone mode, which knows whole folders and the files above them only\n"
    let leave = "`git sparse-checkout init --no-cone` leaves the mode and keeps what is selected\n"
    for (words, message, hint) in [
      ("add b/10", "cannot take `b/10` by itself", "take the folder `b`, or leave the mode: "),
      ("add 'b/*'", "cannot take `b/10` by itself", "take the folder `b`, or leave the mode: "),
      ("drop a/b/2", "cannot leave out `a/b/2` by itself", "drop the folder `a/b`, or leave the mode: "),
      ("drop top.txt", "cannot leave out `top.txt` by itself", ""),
      ("drop .", "cannot leave out `top.txt` by itself", ""),
      (
        "drop only/one", "cannot leave out all folders beside `only/17` and keep that file",
        "drop the folder `only`, or leave the mode: "
      ),
    ] {
      let outcome = try await shell("\"$0\" " + words, in: clone, on: machine, status: 2)
      #expect(outcome.errors == "error: \(message)\n\(cause)hint: \(hint)\(leave)", "\(words)")
      #expect(outcome.output == "")
    }
    #expect(try await state(clone, on: machine) == before)
    // The way that the hint tells.
    try await shell(
      "git sparse-checkout init --no-cone && \"$0\" add b/10 && \"$0\" drop a/b/2", in: clone, on: machine)
    #expect(
      FileTree.paths(in: clone).sorted() == ["a/1", "a/b/c/3", "a/b/e/11", "b/10", "only/17", "only/one/16", "top.txt"])
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `patterns that are none of a cone are refused`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await clone(model, selected: "a/b", on: machine)
    let text = "/*\n!/*/\n/a/b/2\n"
    try machine.sandbox.write(text, to: "work/clone/.git/info/sparse-checkout")
    let outcome = try await shell("\"$0\" add z", in: clone, on: machine, status: 2)
    #expect(
      outcome.errors == """
        error: the file `info/sparse-checkout` does not have what git writes there in cone mode
          caused by: `git sparse-checkout set FOLDER...` writes it anew, `git sparse-checkout init --no-cone` leaves the mode

        """)
    #expect(bytes(clone + "/.git/info/sparse-checkout") == Data(text.utf8))
  }

  @Test(arguments: ["", "--sparse-index"])
  func `what was changed stays, as with git`(_ options: String) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await clone(model, selected: "a b z", options, on: machine)
    for path in ["b/10", "a/1", "z/y/x/12", "z/new"] { try machine.sandbox.write("mine\n", to: "work/clone/" + path) }
    try await machine.git("add", "z/y", in: clone)
    let outcome = try await shell("\"$0\" drop a b z", in: clone, on: machine, status: 1)
    let kept = ["a/1", "b/10", "z/y/x/12"]
    #expect(outcome.errors.hasPrefix("dropped 4 files\n"), "\(outcome.errors)")
    for path in kept {
      #expect(
        outcome.errors.contains(
          """
          error: `\(path)` was changed and stays
          hint: stage the change with `git add --sparse` and commit it, or take it back with `git restore`, and drop \
          the file again

          """), "\(outcome.errors)")
    }
    #expect(FileTree.paths(in: clone).sorted() == kept.prefix(2) + ["top.txt", "z/new", "z/y/x/12"])
    for path in kept { #expect(bytes(clone + "/" + path) == Data("mine\n".utf8)) }
    let status = " M a/1\n M b/10\nM  z/y/x/12\n?? z/new"
    #expect(try await machine.git("status", "--porcelain", in: clone) == status)
    #expect(try await machine.git("sparse-checkout", "list", in: clone) == "")
    // Once it is committed, it can go.
    try await machine.git("add", "--sparse", "a", "b", in: clone)
    try await machine.git("commit", "--quiet", "--message", "Mine", in: clone)
    try await machine.lfsfetch("drop", "a/1", "b", "z", in: clone)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "?? z/new")
    #expect(FileTree.paths(in: clone).sorted() == ["top.txt", "z/new"])
  }

  @Test(arguments: ["", "--filter=blob:none", "--filter=tree:0"])
  func `content comes along, in git's own clone with a sparse index`(_ filter: String) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let words = ["clone", "--quiet", "--sparse"] + (filter.isEmpty ? [] : [filter]) + [model.url(), "clone"]
    let cloned = try await machine.run("git", words)
    try #require(cloned.status == 0, "\(cloned.errors)")
    let clone = machine.work + "/clone"
    try await machine.git("sparse-checkout", "set", "--cone", "--sparse-index", "texts", in: clone)
    try await machine.lfsfetch("add", "weights", "nested/a/b", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(try await machine.git("sparse-checkout", "list", in: clone) == "nested/a/b\ntexts\nweights")
    let files = try await FileTree.of(clone)
    try await machine.git("sparse-checkout", "reapply", in: clone)
    #expect(try await FileTree.of(clone) == files)
    // git's own way goes on, and git-lfs with it.
    try await machine.git("sparse-checkout", "add", "shards", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await sha256(clone + "/shards/part-000.bin") == model.pointer("shards/part-000.bin").oid)
    try await machine.lfsfetch("drop", "shards", "weights", in: clone)
    #expect(fileStatus(clone + "/weights") == nil && fileStatus(clone + "/shards") == nil)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(try await machine.git("sparse-checkout", "list", in: clone) == "nested/a/b\ntexts")
    try await machine.git("fsck", in: clone)
  }

  @Test func `while git holds a sparse index, nothing is said elsewhere`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await clone(model, selected: "a", "--sparse-index", on: machine)
    let before = try ["index", "info/sparse-checkout"].map { try #require(bytes(clone + "/.git/" + $0)) }
    try machine.sandbox.write("", to: "work/clone/.git/index.lock")
    let outcome = try await shell("\"$0\" drop a", in: clone, on: machine, status: 7)
    #expect(outcome.errors.contains("hint: wait for the git command that holds it; "), "\(outcome.errors)")
    #expect(["index", "info/sparse-checkout"].map { bytes(clone + "/.git/" + $0) } == before)
    #expect(fileStatus(clone + "/a/b/c/3") != nil)
  }
}

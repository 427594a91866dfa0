import Foundation
import Testing

@testable import Git

/// What attributes say of paths, beside what the real git says.
@Suite struct AttributeLookupTests {
  private static let names = ["filter", "text", "a", "b", "m", "binary", "diff"]

  /// `git check-attr` of each path, in the order of the names.
  private func asked(_ git: LocalGit, _ paths: [String], _ flags: [String] = []) throws -> [String: [AttributeValue]] {
    var input = Data()
    for path in paths { input += Data(path.utf8) + [0] }
    try git.folder.write(String(decoding: input, as: UTF8.self), to: "paths")
    let script =
      "git check-attr -z --stdin \(flags.joined(separator: " ")) \(Self.names.joined(separator: " ")) <../paths"
    let output = try git("-c", "alias.ask=!\(script)", "ask")
    let fields = output.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    var answers: [String: [AttributeValue]] = [:]
    for start in stride(from: 0, to: fields.count - 2, by: 3) {
      let value: AttributeValue =
        switch fields[start + 2] {
        case "set": .set
        case "unset": .unset
        case "unspecified": .unspecified
        case let text: .value(text)
        }
      answers[fields[start], default: []].append(value)
    }
    return answers
  }

  private func compare(_ git: LocalGit, _ paths: [String], _ source: AttributeSource, _ flags: [String] = [])
    async throws
  {
    let theirs = try asked(git, paths, flags)
    let environment = { (name: String) in
      name == "GIT_DIR" ? git.path + "/.git" : name == "GIT_WORK_TREE" ? git.path : nil
    }
    let repository = try WorkingRepository(environment: environment)
    let ours = try await repository.values(Self.names, of: paths.map { Array($0.utf8) }, source)
    #expect(theirs.count == Set(paths).count)
    for (path, values) in zip(paths, ours) { #expect(values == theirs[path], "\(path)") }
  }

  private static let lines = [
    "*.bin filter=lfs # c", "*.c1 filter=lfs #c", "# *.c2 filter=lfs", "!*.neg filter=lfs", "\\!neg.x filter=lfs",
    "\"my dir/*.dat\" filter=lfs -text", "\"quoted.bin\" filter=lfs", "\"\\303\\266.dat\" filter=lfs",
    "\"tab\\tname\" a",
    "\"open filter=lfs", "\"bad\\qescape\" a", "\"glued\"a", "\"\\101.x\" a", "a\\ b.bin filter=lfs",
    "*.vt\u{0b}filter=lfs",
    "*.tabs\tfilter=lfs\t-text", "  *.led a", "*.crlf filter=lfs\r", "*.e a=", "*.v a=1=2 b", "*.n -a !b", "*.n2 -a=1",
    "*.bad --a", "*.bad2 =a", "*.bad3 a,b", "*.two a -a", "/top.x a", "sub/x.y a", "/sub/z.* b", "dir/ a", "dir/** b",
    "**/deep.x a", "x/**/y a", "x/**y b", "x**/y m", "a*b/c a", "*?.q a", "[a-c].r a", "[!a-c].r2 a", "[^a].r3 a",
    "[[:digit:]]x a", "[[:nope:]]x a", "[]-]s a", "[\\]]t a", "[a a", "u[/]v a", "\\*.star a", "trail\\ a", "*/one.x a",
    "*.A a", "[attr]m a -b", "*.m m", "*.m2 -m", "*.m3 m !a", "*.bx binary", "*.by -binary", "*.bz binary diff",
    "[attr] m2 a", "[attr]-x a", "?*.long a=b", "f?o a", "***.s3 a", "s/***/t a", "* b", "*.last !b",
  ]
  private static let paths = [
    "x.bin", "x.c1", "x.c2", "x.neg", "!neg.x", "neg.x", "my dir/a.dat", "my", "\"my", "quoted.bin", "ö.dat",
    "tab\tname",
    "\"open", "open", "\"bad\\qescape\"", "glued", "A.x", "a b.bin", "a\\", "b.bin", "x.vt", "x.vt\u{0b}filter=lfs",
    "x.tabs",
    "x.led", "x.crlf", "x.e", "x.v", "x.n", "x.n2", "x.bad", "x.bad2", "x.bad3", "x.two", "top.x", "d/top.x", "sub/x.y",
    "d/sub/x.y", "sub/z.1", "sub/e/z.1", "dir/f", "dir/e/f", "e/dir/f", "deep.x", "p/q/deep.x", "x/y", "x/p/y",
    "x/p/q/y",
    "x/py", "xp/y", "xp/q/y", "acb/c", "a/b/c", "x.q", ".q", "a.r", "d.r", "a.r2", "d.r2", "b.r3", "1x", "ax", "]s",
    "-s",
    "]t", "[a", "u/v", "*.star", "x.star", "trail", "trail\\", "p/one.x", "p/q/one.x", "one.x", "x.A", "x.a", "x.m",
    "x.m2",
    "x.m3", "x.bx", "x.by", "x.bz", "[attr]", "m2", "xx.long", ".long", "foo", "f/o", "x.s3", "s/t", "s/u/t", "x.last",
  ]

  @Test(arguments: [false, true]) func `lines and paths`(ignoresCase: Bool) async throws {
    let git = try LocalGit()
    try git("config", "core.ignoreCase", "\(ignoresCase)")
    try git.write(Self.lines.joined(separator: "\n"), to: ".gitattributes")
    try await compare(git, Array(Set(Self.paths + Self.paths.map { $0.uppercased() })), .workTree)
    // Each alone, so that no line hides another.
    for line in Self.lines {
      try git.write("[attr]m a -b\n" + line, to: ".gitattributes")
      try await compare(git, Self.paths, .workTree)
    }
  }

  @Test func `the strongest file decides`() async throws {
    let git = try LocalGit()
    try git.folder.write("*.x a=user b=user\n*.y a=user\n[attr]m a=user\n", to: "attributes")
    try git("config", "core.attributesFile", git.folder("attributes"))
    try git.write("*.x a=top b\n*.m m\n[attr]low b\n*.l low\n", to: ".gitattributes")
    try git.write("*.x a=sub\n/only.x -b\n*.l !b\n[attr]own filter=lfs\n*.o own\n[attr]m b\n", to: "sub/.gitattributes")
    try git.write("one/*.x a=deep\n", to: "sub/deep/.gitattributes")
    try git.write("q.x a=info\n", to: ".git/info/attributes")
    let paths = [
      "x.x", "x.y", "x.m", "x.l", "sub/x.x", "sub/only.x", "sub/e/only.x", "sub/x.l", "sub/x.o", "sub/x.m",
      "sub/deep/one/x.x", "sub/deep/x.x", "q.x", "sub/q.x", "none",
    ]
    try await compare(git, paths, .workTree)
    try git("add", "--all")
    try git("commit", "--quiet", "--message", "m")
    try git.write("*.x a=changed\n", to: "sub/.gitattributes")
    try await compare(git, paths, .workTree)
    try await compare(git, paths, .index(GitIndex(file: git.path + "/.git/index")), ["--cached"])
    let head = try #require(ObjectID(hex: git("rev-parse", "HEAD")))
    try await compare(git, paths, .commit(head), ["--cached"])
    try git("rm", "--quiet", "-r", "--force", "--cached", "sub")
    try FileManager.default.removeItem(atPath: git.path + "/.gitattributes")
    try await compare(git, paths, .workTree)
  }

  @Test func `files that are no plain text, too long, or links`() async throws {
    let git = try LocalGit()
    let paths = ["x.bin", "x.nul", "x.y", "x.z", "x.long", "x.fits"]
    let long = "*.long a " + String(repeating: "b", count: 2048 - 9)
    try git.write(
      "\u{feff}*.bin filter=lfs\n*.y a\n\(long)\n\(long.replacing("long", with: "fits").dropLast())\r\n*.nul a\0b\n*.z a\n",
      to: ".gitattributes")
    try await compare(git, paths, .workTree)
    try git("add", ".gitattributes")
    try await compare(git, paths, .index(GitIndex(file: git.path + "/.git/index")), ["--cached"])
    try git("rm", "--quiet", "--force", ".gitattributes")
    try git.write("*.y a\n", to: "other")
    try FileManager.default.createSymbolicLink(atPath: git.path + "/.gitattributes", withDestinationPath: "other")
    try await compare(git, paths, .workTree)
    try git("add", "--all")
    try await compare(git, paths, .index(GitIndex(file: git.path + "/.git/index")), ["--cached"])
  }

  /// Lines of few letters, which meet often.
  @Test(arguments: 1...12) func `lines and paths by chance`(seed: UInt64) async throws {
    var chance = Chance(state: seed)
    let git = try LocalGit()
    try git("config", "core.ignoreCase", seed % 3 == 0 ? "true" : "false")
    let pieces = [
      "a", "b", "A", "/", "/", "*", "**", "?", "[ab]", "[!a]", "[a-c]", "\\a", "\\", "**/", "/**", "*.", ".",
      "[[:alpha:]]",
    ]
    for folder in ["", "a/", "a/b/", "b/"] {
      let text = (0..<30).map { _ in
        let pattern = (0..<chance.below(7) + 1).map { _ in pieces[chance.below(pieces.count)] }.joined()
        let word = ["a", "-a", "!a", "a=1", "b", "m", "-m", "text", "binary"][chance.below(9)]
        return (chance.below(4) == 0 ? "\"" + pattern + "\"" : pattern) + " " + word
      }
      try git.write((["[attr]m a=m b"] + text).joined(separator: "\n") + "\n", to: folder + ".gitattributes")
    }
    let letters = ["a", "b", "c", "A", ".", "/", "/"]
    var paths: Set<String> = []
    while paths.count < 200 {
      let path = (0..<chance.below(8) + 1).map { _ in letters[chance.below(letters.count)] }.joined()
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      if !parts.contains(""), !parts.contains("."), !parts.contains("..") { paths.insert(path) }
    }
    try await compare(git, paths.sorted(), .workTree)
  }

  @Test func `a pattern that could be tried in very many ways takes no time`() {
    let glob = PathGlob(Array((String(repeating: "*a", count: 500) + "b").utf8)[...], ignoresCase: false)
    let text = Array(repeating: UInt8(ascii: "a"), count: 3000)
    #expect(!glob.fits(text[...]))
    #expect(glob.fits((text + [UInt8(ascii: "b")])[...]))
  }
}

/// Numbers that are the same in each run.
private struct Chance {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
}

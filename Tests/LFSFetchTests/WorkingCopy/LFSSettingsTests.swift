import Testing

@testable import Git
@testable import LFSFetch

@Suite struct LFSSettingsTests {
  private func settings(_ git: String, lfsconfig: String = "") throws -> LFSSettings {
    LFSSettings(
      try GitConfig(parsing: Array(git.utf8), name: "config"),
      lfsconfig: try GitConfig(parsing: Array(lfsconfig.utf8), name: ".lfsconfig"))
  }

  @Test func `a repository may set what is safe, and git's configuration wins`() throws {
    let lfsconfig = """
      [lfs]
        url = https://repository.example
        fetchinclude = a
        fetchexclude = b
        skipdownloaderrors = true
        storage = /somewhere
        concurrenttransfers = 50
      [remote "origin"]
        lfsurl = https://lfs.example
        url = https://other.example
      [lfs "https://x.example"]
        access = basic
      [core]
        sshCommand = evil
      """
    let settings = try settings("[lfs]\n fetchinclude = c", lfsconfig: lfsconfig)
    #expect(settings.config.string("lfs.url") == "https://repository.example")
    #expect(settings.selection().include.map(\.pattern) == ["c"])
    #expect(settings.selection().exclude.map(\.pattern) == ["b"])
    #expect(settings.skipsDownloadErrors)
    #expect(settings.concurrentTransfers == 8)
    #expect(settings.config.string("lfs.storage") == nil)
    #expect(settings.config.string("remote.origin.url") == nil)
    #expect(settings.config.string("remote.origin.lfsurl") == "https://lfs.example")
    #expect(settings.config.string("core.sshCommand") == nil)
    #expect(settings.ignoredKeys == ["lfs.storage", "lfs.concurrenttransfers", "remote.origin.url", "core.sshcommand"])
  }

  @Test(arguments: [
    ("a, b", ["a", "b"]), ("./a//b/../c/", ["a/c"]), ("a/", ["a/"]), ("/a/./*.bin", ["/a/*.bin"]), ("**/x", ["**/x"]),
    ("./", []), ("../up", ["up"]),
  ])
  func `patterns of paths need not be clean`(_ list: String, _ expected: [String]) throws {
    #expect(try settings("").selection(include: list).include.map(\.pattern) == expected)
  }

  @Test(arguments: [
    ("", SharedAccess.umask), ("false", .umask), ("umask", .umask), ("0", .umask), ("0066", .umask),
    ("nonsense", .umask),
    ("group", .exactly(0o660)), ("true", .exactly(0o660)), ("1", .exactly(0o660)), ("everybody", .exactly(0o664)),
    ("0640", .exactly(0o640)), ("640", .exactly(0o640)), ("0440", .umask), ("0777", .exactly(0o666)),
  ])
  func `who may use what is made here`(_ value: String, _ expected: SharedAccess) throws {
    let text = value.isEmpty ? "" : "[core]\n sharedRepository = \(value)"
    #expect(try SharedAccess(settings(text).config) == expected)
  }

  @Test(
    arguments: [
      (SharedAccess.umask, 0o640, 0o750), (.exactly(0o660), 0o660, 0o2770), (.exactly(0o664), 0o664, 0o2775),
      (.exactly(0o600), 0o600, 0o700),
    ] as [(SharedAccess, UInt16, UInt16)])
  func `the modes of files and folders`(_ access: SharedAccess, _ file: UInt16, _ folder: UInt16) {
    #expect(access.file(0o640) == file)
    #expect(access.folder(0o750) == folder)
  }

  @Test(
    arguments: [
      (nil, "x/a.bin", true), ("", "x/a.bin", true), ("*.bin", "x/a.bin", true), ("*.dat", "x/a.bin", false),
      ("x", "x/a.bin", true), ("/x", "y/x/a.bin", false), ("x/", "x/a.bin", true), ("*.dat, x/*", "x/a.bin", true),
      ("**/deep/*.bin", "a/b/deep/c.bin", true), ("a.bin", "x/a.bin", true), ("x/*.bin", "x/y/a.bin", false),
    ] as [(String?, String, Bool)])
  func `lists of patterns`(_ include: String?, _ path: String, _ isIncluded: Bool) throws {
    let selection = try settings("[lfs]\n fetchexclude = ").selection(include: include)
    #expect(selection.contains(Array(path.utf8)) == isIncluded)
    let opposite = try settings("").selection(include: "", exclude: include)
    #expect(opposite.contains(Array(path.utf8)) == !(isIncluded && include != nil && include != ""))
  }

  @Test func `the remote that is asked`() throws {
    #expect(try settings("").defaultRemote(branch: "refs/heads/main") == "origin")
    #expect(try settings("[remote \"up\"]\n url = u").defaultRemote(branch: nil) == "up")
    let several = "[remote \"up\"]\n url = u\n[remote \"down\"]\n url = d\n"
    #expect(try settings(several).defaultRemote(branch: "refs/heads/main") == "origin")
    #expect(try settings(several + "[remote]\n lfsdefault = down").defaultRemote(branch: nil) == "down")
    let branch = several + "[branch \"main\"]\n remote = down\n merge = refs/heads/trunk"
    #expect(try settings(branch).defaultRemote(branch: "refs/heads/main") == "down")
    #expect(try settings(branch).upstream(of: "refs/heads/main") == "refs/heads/trunk")
    #expect(try settings(branch).upstream(of: "refs/heads/other") == "refs/heads/other")
  }

  @Test(arguments: [
    ("", "/r/.git/lfs"), ("[lfs]\n storage = media", "/r/.git/media"), ("[lfs]\n storage = /media", "/media"),
  ])
  func `where the objects are`(_ config: String, _ expected: String) throws {
    let layout = WorkingRepository.Layout(
      gitFolder: "/r/.git", commonFolder: "/r/.git", workTree: "/r", indexFile: "/r/.git/index", alternates: [])
    #expect(try settings(config).storage(of: layout) == expected)
  }

  @Test(arguments: [
    ("", 8, 8, 10), ("maxretries = 3\n maxretrydelay = 0", 8, 3, 0), ("maxretries = 0\n maxretrydelay = -1", 8, 8, 10),
    ("maxretries = x\n maxretrydelay = 60", 8, 8, 60), ("[lfs]\n concurrenttransfers = 3", 3, 8, 10),
    ("[lfs]\n concurrenttransfers = 0", 8, 8, 10),
  ])
  func `numbers that make no sense count as not set`(_ text: String, _ transfers: Int, _ retries: Int, _ pause: Int)
    throws
  {
    let settings = try settings("[lfs \"transfer\"]\n " + text)
    #expect(settings.concurrentTransfers == transfers)
    #expect(settings.retries == retries)
    #expect(settings.longestPause == .seconds(pause))
  }
}

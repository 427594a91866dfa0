import Git
import Testing

@testable import LFSFetch

struct SubmodulesTests {
  private func modules(_ url: String, name: String = "m", source: String = "https://h/org/outer.git") throws
    -> Submodules
  {
    let text = "[submodule \"\(name)\"]\n\tpath = sub/x\n\turl = \(url)\n"
    return try Submodules(try GitConfig(parsing: Array(text.utf8), name: ".gitmodules"), source: source)
  }

  private var path: RepositoryPath { get throws { try RepositoryPath(validating: "sub/x") } }

  @Test(arguments: [
    ("https://other/a.git", "https://other/a.git"), ("../inner.git", "https://h/org/inner.git"),
    ("../../b/inner", "https://h/b/inner"), ("./inner", "https://h/org/outer.git/inner"),
    ("../../../../x", "https://h/x"), ("git@h:x", "git@h:x"), ("ssh://h/x", "ssh://h/x"),
    ("../\u{301}x", "https://h/org/\u{301}x"), ("../../\u{301}/../x", "https://h/\u{301}/../x"),
  ])
  func `addresses may be relative to the repository's own`(_ url: String, _ absolute: String) throws {
    #expect(try modules(url).module(at: try path).url == absolute)
  }

  @Test(arguments: [
    ("git@h:org/outer.git", "../inner.git", "git@h:org/inner.git"), ("h:outer", "../inner", "h:inner"),
    ("ssh://h/org/outer", "../../inner", "ssh://h/inner"), ("h:outer", "./inner", "h:outer/inner"),
  ])
  func `relative to a repository behind ssh`(_ source: String, _ url: String, _ absolute: String) throws {
    #expect(try modules(url, source: source).module(at: try path).url == absolute)
  }

  @Test(arguments: [
    "-x", "-oProxyCommand=x:y", "/etc", "file:///etc", "relative/path", "FILE:///etc", "-\u{301}x:y",
    "/\u{301}etc",
  ])
  func `addresses of this machine are refused`(_ url: String) {
    #expect(throws: FetchError.self) { try modules(url) }
  }

  @Test(arguments: ["../x", "a/../b", ".git", "a/.GIT/b", "/a"]) func `unsafe names are refused`(_ name: String) {
    #expect(throws: FetchError.self) { try modules("https://h/x", name: name) }
  }

  @Test func `names and paths that look the same are two`() throws {
    let text = ["\u{e9}", "e\u{301}", "\u{301}x"].map {
      "[submodule \"\($0)\"]\n\tpath = p\($0)\n\turl = https://h/\($0)\n"
    }
    let modules = try Submodules(
      try GitConfig(parsing: Array(text.joined().utf8), name: ".gitmodules"), source: "https://h/outer")
    for name in ["\u{e9}", "e\u{301}", "\u{301}x"] {
      let module = try modules.module(at: try RepositoryPath(validating: "p\(name)"))
      #expect(module.name.bytes == Array(name.utf8))
      #expect(Array(module.url.utf8) == Array("https://h/\(name)".utf8))
    }
  }

  @Test func `folders in one another clash`() throws {
    let one = Submodules.Module(name: try RepositoryPath(validating: "a"), url: "")
    let inner = Submodules.Module(name: try RepositoryPath(validating: "a/hooks"), url: "")
    let other = Submodules.Module(name: try RepositoryPath(validating: "ab"), url: "")
    #expect(one.clashes(with: inner) && inner.clashes(with: one) && one.clashes(with: one))
    #expect(!one.clashes(with: other))
  }

  @Test func `the way from one folder to another`() {
    #expect("/a/b/.git/modules/x".relative(to: "/a/b/sub/x") == "../../.git/modules/x")
    #expect("/a/b/sub/x".relative(to: "/a/b/.git/modules/g/x") == "../../../../sub/x")
  }
}

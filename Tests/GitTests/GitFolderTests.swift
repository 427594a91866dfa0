import Fixtures
import Testing

@testable import Git

struct GitFolderTests {
  @Test(arguments: [
    "plain", "", " blanks ", "a\"b\\c", "# no comment; none", "line\nand\ttab", "größe", "https://h/a.git", "\\",
  ])
  func `values are read back as they were`(_ value: String) throws {
    var text = ConfigText()
    text.section("remote", named: "o\"d\\d", [("url", value)])
    let config = try GitConfig(parsing: Array(text.text.utf8), name: "config")
    #expect(config.entries.map(\.value) == [value])
    #expect(config.entries.map(\.name) == ["remote.o\"d\\d.url"])
  }

  @Test(arguments: [
    ("core.autoCRLF", "input"), ("http.https://E.com/a.b.proxy", "x"), ("lfs.fetchexclude", nil),
    ("remote.o\"d.url", "a b"),
  ])
  func `variables are written by their whole names`(_ name: String, _ value: String?) throws {
    let entry = try #require(GitConfig.Entry(key: name, value: value))
    var text = ConfigText()
    text.add(entry)
    let config = try GitConfig(parsing: Array(text.text.utf8), name: "config")
    #expect(config.entries == [GitConfig.Entry(entry.name, value ?? "true")])
  }

  @Test(arguments: ["", "core", "core.", ".name", "core.a b", "co re.name", "core.s\nub.name", "core.näme"])
  func `what is no name of a variable`(_ name: String) {
    #expect(GitConfig.Entry(key: name, value: "1") == nil)
  }
}

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
}

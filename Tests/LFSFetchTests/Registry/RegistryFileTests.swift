import Files
import Fixtures
import Foundation
import JSON
import Testing
import Text

@testable import LFSFetch

/// Changes of registry files that people wrote.
@Suite struct RegistryFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let text = """
    // Our models.
    {
      "models": {
        // The big one.
        "large": {
          "source": "https://h/large", "aliases": ["l", "big"], /* more later */
          "branch": "main", "revision": "1111111111111111111111111111111111111111",
          "objects": {
            // Moved by hand in May.
            "a.bin": {"sha256": "\(digest("1").hex)", "size": 1, "mirrors": ["https://m/a"]},
            "b.bin": {"sha256": "\(digest("2").hex)"}, // no size yet
            "c.bin": {"sha256": "\(digest("3").hex)", "size": 3}
          }
        },
        "small": {"source": "https://h/small", "aliases": ["s"]} // the small one
      },
      "presets": {"all": {"models": ["large", "small"]}}
    }

    """

  private func file(_ text: String = Self.text) throws -> RegistryFile {
    try RegistryFile(try folder.write(text, to: "lfsfetch.json"))
  }

  private func saved(_ file: RegistryFile) throws -> String {
    try file.save()
    return String(decoding: try readFile(file.path), as: UTF8.self)
  }

  private func object(_ digit: Character, _ size: Int64) -> RenewedFacts.Object {
    .init(oid: digest(digit), size: size, isExecutable: false)
  }

  @Test func `a model is added behind the others`() throws {
    var file = try file()
    try file.add("new", .object([("source", .string("https://h/new")), ("files", .array([.string("*")]))]))
    #expect(
      try saved(file)
        == Self.text.replacing(
          "\"aliases\": [\"s\"]} // the small one\n",
          with: """
            "aliases": ["s"]}, // the small one
                "new": {
                  "source": "https://h/new",
                  "files": ["*"]
                }

            """))
  }

  @Test func `a file that is not there begins with the model`() throws {
    var file = try RegistryFile(folder("new/registry.json"))
    try file.add("new", .object([("source", .string("s")), ("objects", RenewedFacts.json(["a": object("1", 1)]))]))
    #expect(
      String(decoding: file.text.bytes, as: UTF8.self) == """
        {
          "models": {
            "new": {
              "source": "s",
              "objects": {
                "a": {"sha256": "\(digest("1").hex)", "size": 1}
              }
            }
          }
        }

        """)
  }

  @Test(
    arguments: [
      ("large", .model, "    \"large\": {", "    \"small\""),
      ("small", .model, "    \"small\": {\"source\": \"https://h/small\", \"aliases\": [\"s\"]} ", "// the"),
    ] as [(String, RegistryFile.Removed, String, String)])
  func `a model is removed`(name: String, what: RegistryFile.Removed, from: String, to: String) throws {
    var file = try file()
    #expect(try file.remove(name) == what)
    let text = try saved(file)
    #expect(!text.contains("\"https://h/\(name)\""))
    // All comments but those inside are there.
    for comment in ["// Our models.", "// The big one.", "// the small one"] { #expect(text.contains(comment)) }
    #expect(try RegistryFile(file.path).contents.models.count == 1)
  }

  @Test func `an alias is removed alone, and with the last one the list`() throws {
    var file = try file()
    #expect(try file.remove("l") == .alias(of: "large"))
    #expect(try file.remove("s") == .alias(of: "small"))
    #expect(
      try saved(file)
        == Self.text.replacing("[\"l\", \"big\"]", with: "[ \"big\"]")
        .replacing("\"https://h/small\", \"aliases\": [\"s\"]}", with: "\"https://h/small\"}"))
    #expect(try file.remove("nothing") == nil)
    #expect(try file.remove("all") == .preset)
  }

  @Test func `aliases are added once`() throws {
    var file = try file()
    #expect(try file.add(aliases: ["huge", "l"], to: "big"))
    #expect(try !file.add(aliases: ["x"], to: "none"))
    #expect(try saved(file) == Self.text.replacing("[\"l\", \"big\"]", with: "[\"l\", \"big\", \"huge\"]"))
  }

  @Test(arguments: [("small", ["large"]), ("small", ["b d"]), ("large", ["s"])])
  func `an alias that makes a fault is refused, and the file stays`(name: String, aliases: [String]) throws {
    var file = try file()
    let error = fetchError { () throws(FetchError) in try file.add(aliases: aliases, to: name) }
    #expect(error?.code == .usage)
    #expect(String(decoding: try readFile(file.path), as: UTF8.self) == Self.text)
  }

  @Test func `a name that is taken is refused`() throws {
    for name in ["large", "l", "all"] {
      var file = try file()
      let error = fetchError { () throws(FetchError) in try file.add(name, .object([("source", .string("s"))])) }
      #expect(error?.message == "`\(name)` is in `\(file.path)` already")
    }
  }

  @Test func `only what differs is renewed`() throws {
    var file = try file()
    let model = try #require(file.contents.models.first)
    let facts = RenewedFacts(
      branch: "main", commit: String(repeating: "2", count: 40),
      objects: ["a.bin": object("4", 10), "b.bin": object("2", 2), "d.bin": object("5", 5)])
    #expect(
      facts.difference(from: model.value.model.objects)
        == .init(added: ["d.bin"], changed: ["a.bin"], removed: ["c.bin"]))
    try file.renew([(model.json, facts)])
    let expected = Self.text
      .replacing(String(repeating: "1", count: 40), with: String(repeating: "2", count: 40))
      // The mirror has the old bytes.
      .replacing(
        "\"\(digest("1").hex)\", \"size\": 1, \"mirrors\": [\"https://m/a\"]}",
        with: "\"\(digest("4").hex)\", \"size\": 10}"
      )
      .replacing("\"\(digest("2").hex)\"}", with: "\"\(digest("2").hex)\", \"size\": 2}")
      .replacing(
        "\"c.bin\": {\"sha256\": \"\(digest("3").hex)\", \"size\": 3}",
        with: "\"d.bin\": {\"sha256\": \"\(digest("5").hex)\", \"size\": 5}")
    #expect(try saved(file) == expected)
    // The same once more changes nothing.
    var again = try RegistryFile(file.path)
    try again.renew([(try #require(again.contents.models.first).json, facts)])
    #expect(try saved(again) == expected)
  }

  @Test func `a model without a pin gets one`() throws {
    var file = try file("{\n  \"models\": {\n    \"m\": {\n      \"source\": \"s\"\n    }\n  }\n}\n")
    let model = try #require(file.contents.models.first)
    try file.renew([(model.json, RenewedFacts(branch: "main", commit: "c", objects: ["a": object("1", 1)]))])
    #expect(
      try saved(file) == """
        {
          "models": {
            "m": {
              "source": "s",
              "branch": "main",
              "revision": "c",
              "objects": {
                "a": {"sha256": "\(digest("1").hex)", "size": 1}
              }
            }
          }
        }

        """)
  }

  @Test func `ten thousand objects are renewed in a moment`() throws {
    let paths = (0..<10_000).map { "f\($0)" }
    let old = paths.map { "\"\($0)\": {\"sha256\": \"\(digest("1").hex)\"}" }.joined(separator: ",\n")
    var file = try file("{\"models\": {\"m\": {\"source\": \"s\", \"objects\": {\n\(old)\n}}}}")
    let model = try #require(file.contents.models.first)
    let objects = Dictionary(uniqueKeysWithValues: paths.map { (ExactText($0), object("2", 7)) })
    try file.renew([(model.json, RenewedFacts(objects: objects))])
    #expect(file.contents.models.first?.value.model.knownSize == 70_000)
  }

  // MARK: The file on the disk

  @Test func `the mode stays, and so does the link that leads to the file`() throws {
    let real = try folder.write(Self.text, to: "real/models.json", permissions: 0o600)
    #expect(symlinkFile("real/models.json", folder("link.json")))
    var file = try RegistryFile(folder("link.json"))
    _ = try file.remove("small")
    try file.save()
    #expect(try FileStatus.of(folder("link.json"))?.kind == .symlink)
    #expect(try FileStatus.of(real)?.permissions == 0o600)
    #expect(try RegistryFile(real).contents.models.count == 1)
    #expect(try Directory.list(folder("real")) == ["models.json"])
  }

  @Test func `somebody else's change meanwhile is not lost`() throws {
    var file = try file()
    _ = try file.remove("small")
    try folder.write(Self.text + "// more\n", to: "lfsfetch.json")
    let error = fetchError { () throws(FetchError) in try file.save() }
    #expect(error?.message == "`\(file.path)` was changed by somebody else meanwhile")
    #expect(String(decoding: try readFile(file.path), as: UTF8.self) == Self.text + "// more\n")
  }
}

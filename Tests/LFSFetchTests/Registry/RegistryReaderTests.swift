import HTTP
import Testing

@testable import LFSFetch

/// Registry files: what they may say, and every fault with its place.
@Suite struct RegistryReaderTests {
  private static let hex = digest("1").hex

  private func read(_ text: String) throws(FetchError) -> Registry {
    try Registry.parse(Array(text.utf8), name: "models.json")
  }

  @Test func `all that an entry can say`() throws {
    let text = """
      // A comment.
      {
        "$schema": "https://h/schema.json",
        "models": {
          "x": {
            "aliases": ["y", "z"], "description": "d", "licence": "MIT", "homepage": "https://h",
            "source": "https://h/x", "branch": "main", "revision": "v1", "files": ["a/*", "b"], "main": "b",
            "objects": {"b": {"sha256": "\(Self.hex)", "size": 5, "mirrors": ["https://m/b"]}},
          },
          "w": {"source": "/srv/w"}
        }
      }
      """
    let registry = try read(text)
    #expect(registry.entries.map(\.name) == ["x", "w"])
    let entry = registry.entries[0]
    #expect(entry.aliases == ["y", "z"])
    #expect(entry.description == "d")
    #expect(entry.licence == "MIT")
    #expect(entry.homepage == "https://h")
    #expect(entry.source == "https://h/x")
    #expect(entry.branch == "main")
    #expect(entry.revision == "v1")
    #expect(entry.wantedRevision == "v1")
    #expect(entry.files == ["a/*", "b"])
    #expect(entry.main == "b")
    #expect(entry.objects == ["b": PinnedObject(oid: digest("1"), size: 5, mirrors: [try HTTPURL("https://m/b")])])
    #expect(entry.knownSize == 5)
    #expect(registry.entries[1] == RegistryEntry(name: "w", source: "/srv/w"))
    #expect(registry.entries[1].knownSize == nil)
  }

  private static func model(_ fields: String) -> String {
    """
    {"models": {
      "x": {"source": "https://h/x",
        \(fields)}}}
    """
  }

  @Test(arguments: [
    ("", "1:1: expected a value, found the end of the text"),
    ("{\n  \"models\": {\n", "3:1: expected a name in quotes or `}`, found the end of the text"),
    ("[]", "1:1: expected an object, found an array"),
    ("{}", "1:1: `models` is missing"),
    (#"{"models": []}"#, "1:12: expected an object, found an array"),
    (#"{"model": {}}"#, "1:2: `model` is unknown here; expected one of `models`, `$schema`"),
    (#"{"models": {"x": {}}}"#, "1:18: `source` is missing"),
    (#"{"models": {"x": {"source": 5}}}"#, "1:29: expected a string, found the number 5"),
    (
      #"{"models": {"a/b": {"source": "s"}}}"#,
      "1:13: `a/b` is no name for a model: use letters, digits, `.`, `_` and `-`"
    ),
    (
      #"{"models": {"..": {"source": "s"}}}"#,
      "1:13: `..` is no name for a model: use letters, digits, `.`, `_` and `-`"
    ),
    (
      #"{"models": {"": {"source": "s"}}}"#, "1:13: `` is no name for a model: use letters, digits, `.`, `_` and `-`"
    ),
    (#"{"models": {"x": {"source": "s"}, "x": {"source": "s"}}}"#, "1:35: the model `x` stands here twice"),
    (
      model(#""file": ["a"]"#),
      "3:5: `file` is unknown here; expected one of `aliases`, `description`, `licence`, `homepage`, `source`, "
        + "`branch`, `revision`, `files`, `main`, `objects`"
    ),
    (model(#""files": "a""#), "3:14: expected an array, found a string"),
    (model(#""files": ["a", 1]"#), "3:20: expected a string, found the number 1"),
    (model(#""aliases": ["ok", "a b"]"#), "3:23: an alias may have letters, digits, `.`, `_` and `-`"),
    (model(#""main": "../x""#), "3:13: `../x` is not a path inside a repository"),
    (model(#""main": "/etc/passwd""#), "3:13: `/etc/passwd` is not a path inside a repository"),
    (model(#""main": ".git/config""#), "3:13: `.git/config` is not a path inside a repository"),
    (model(#""objects": {"a/../b": {}}"#), "3:17: `a/../b` is not a path inside a repository"),
    (model(#""objects": {"a": {}}"#), "3:22: `sha256` is missing"),
    (model(#""objects": {"a": {"sha256": "abc"}}"#), "3:33: expected 64 lowercase hexadecimal digits"),
    (
      model(#""objects": {"a": {"sha256": "\#(hex.uppercased())"}}"#), "3:33: expected 64 lowercase hexadecimal digits"
    ),
    (model(#""objects": {"a": {"sha256": "\#(hex)", "size": -1}}"#), "3:109: a size cannot be negative"),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "size": 17592186044417}}"#),
      "3:109: the size is larger than files can be"
    ),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "size": 1.5}}"#),
      "3:109: expected a whole number, found the number 1.5"
    ),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "sise": 1}}"#),
      "3:101: `sise` is unknown here; expected one of `sha256`, `size`, `executable`, `mirrors`"
    ),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "mirrors": ["ftp://h/a"]}}"#),
      "3:113: expected an http or https URL: only http and https addresses can be fetched"
    ),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "mirrors": [1]}}"#),
      "3:113: expected an http or https URL: the address is not a valid http or https URL"
    ),
  ])
  func `every fault is told with its place`(text: String, fault: String) {
    let error = fetchError { () throws(FetchError) in try read(text) }
    #expect(error == FetchError(.usage, "the registry `models.json` has a fault", causes: ["models.json:\(fault)"]))
  }

  @Test func `control characters do not reach the terminal`() {
    let error = fetchError { () throws(FetchError) in
      try Registry.parse(Array(#"{"models": {"\u001b[2J": {}}}"#.utf8), name: "a\u{1b}b")
    }
    #expect(error?.message == "the registry `a\\u{1b}b` has a fault")
    #expect(error?.causes.first?.hasPrefix("a\\u{1b}b:1:13: `\\u{1b}[2J` is no name") == true)
  }
}

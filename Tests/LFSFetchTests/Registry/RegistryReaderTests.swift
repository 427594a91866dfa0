import HTTP
import Testing

@testable import LFSFetch

/// Registry files: what they may say, and every fault with its place.
@Suite struct RegistryReaderTests {
  private static let hex = digest("1").hex

  private func read(_ text: String) throws(FetchError) -> Registry {
    try Registry.parse(text)
  }

  @Test func `objects whose paths look the same are two`() throws {
    let registry = try read(
      """
      {"models": {"x": {"source": "https://h/x", "objects": {
        "\u{e9}": {"sha256": "\(digest("1").hex)"}, "e\u{301}": {"sha256": "\(digest("2").hex)"}}}}}
      """)
    let objects = try #require(registry.entries.first).model.objects
    #expect(objects["\u{e9}"]?.oid == digest("1"))
    #expect(objects["e\u{301}"]?.oid == digest("2"))
  }

  @Test func `all that an entry can say`() throws {
    let text = """
      // A comment.
      {
        "$schema": "https://h/schema.json",
        "models": {
          "x": {
            "aliases": ["y", "z"], "description": "d", "licence": "MIT", "homepage": "https://h", "tags": ["t", "u"],
            "source": "https://h/x", "branch": "main", "revision": "v1", "files": ["a/*", "b"], "main": "b",
            "objects": {"b": {"sha256": "\(Self.hex)", "size": 5, "mirrors": ["https://m/b"]}},
          },
          "w": {"source": "/srv/w"},
          "v": {
            "source": "https://h/v", "template": "safetensors",
            "variants": {
              "bf16": {"memory": "16 GB", "accelerator": true},
              "q8": {"description": "eight bits", "source": "https://h/q", "template": "gguf:Q8_0", "memory": "1.5 GiB"},
              "old": {"revision": "v0", "files": ["old.bin"], "main": "old.bin"},
            },
          },
        },
        "presets": {"both": {"description": "two", "models": ["x", "v:q8", "v:auto"]}},
        "layers": ["other.json"],
      }
      """
    let registry = try read(text)
    #expect(registry.entries.map(\.name) == ["x", "w", "v"])
    let entry = registry.entries[0]
    #expect(entry.aliases == ["y", "z"])
    #expect(entry.description == "d")
    #expect(entry.licence == "MIT")
    #expect(entry.homepage == "https://h")
    #expect(entry.tags == ["t", "u"])
    #expect(entry.model.source == "https://h/x")
    #expect(entry.model.branch == "main")
    #expect(entry.model.revision == "v1")
    #expect(entry.model.wantedRevision == "v1")
    #expect(entry.model.files == ["a/*", "b"])
    #expect(entry.model.main == "b")
    #expect(
      entry.model.objects == ["b": PinnedObject(oid: digest("1"), size: 5, mirrors: [try HTTPURL("https://m/b")])])
    #expect(entry.model.knownSize == 5)
    #expect(registry.entries[1] == RegistryEntry(name: "w", source: "/srv/w"))
    #expect(registry.entries[1].model.knownSize == nil)
    var preset = Preset(name: "both", models: ["x", "v:q8", "v:auto"])
    preset.description = "two"
    #expect(registry.presets == [preset])
    #expect(registry.layers[0].contents.layers == [.file("other.json")])
    let variants = registry.entries[2].variants
    #expect(variants.map(\.name) == ["bf16", "q8", "old"])
    #expect(variants.map(\.memory) == [16_000_000_000, 1_610_612_736, nil])
    #expect(variants.map(\.needsAccelerator) == [true, false, false])
    #expect(variants[1].description == "eight bits")
  }

  @Test func `a variant says what is different, and the model the rest`() throws {
    let registry = try read(
      """
      {"models": {"m": {
        "source": "https://h/m", "branch": "main", "revision": "v1", "files": ["a"], "main": "a",
        "objects": {"a": {"sha256": "\(Self.hex)"}},
        "variants": {
          "same": {}, "files": {"files": ["b"], "objects": {"b": {"sha256": "\(Self.hex)", "size": 2}}},
          "elsewhere": {"source": "https://h/q"}, "older": {"revision": "v0", "template": "checkpoint:c/d.bin"}
        }}}}
      """)
    let entry = registry.entries[0]
    #expect(entry.facts(of: "same") == entry.model)
    let files = try #require(entry.facts(of: "files"))
    #expect(files.source == "https://h/m" && files.wantedRevision == "v1")
    #expect(files.files == ["b"] && files.mainFile == nil)
    #expect(files.objects.keys.sorted().map(\.text) == ["a", "b"])
    #expect(files.selectedSize == 2)
    // Another repository has neither the revision nor the objects of the first.
    let elsewhere = try #require(entry.facts(of: "elsewhere"))
    #expect(elsewhere.source == "https://h/q" && elsewhere.wantedRevision == nil)
    #expect(elsewhere.files == ["a"] && elsewhere.mainFile == "a" && elsewhere.objects.isEmpty)
    let older = try #require(entry.facts(of: "older"))
    #expect(older.source == "https://h/m" && older.revision == "v0" && older.branch == nil)
    #expect(older.files.isEmpty && older.mainFile == "c/d.bin" && older.objects.isEmpty)
    #expect(entry.facts(of: "none") == nil)
    #expect(entry.choices.map(\.name) == ["m", "m:same", "m:files", "m:elsewhere", "m:older"])
  }

  private static func model(_ fields: String) -> String {
    """
    {"models": {
      "x": {"source": "https://h/x",
        \(fields)}}}
    """
  }

  private static let faultsOfForm: [(String, String)] = [
    ("", "1:1: expected a value, found the end of the text"),
    ("{\n  \"models\": {\n", "3:1: expected a name in quotes or `}`, found the end of the text"),
    ("[]", "1:1: expected an object, found an array"),
    ("{}", "1:1: `models` is missing"),
    (#"{"models": []}"#, "1:12: expected an object, found an array"),
    (
      #"{"model": {}}"#,
      "1:2: `model` is unknown here (did you mean `models`?); expected one of `$schema`, `layers`, `models`, `presets`"
    ),
    (#"{"models": {"x": {}}}"#, "1:18: `source` is missing"),
    (#"{"models": {"x": {"source": 5}}}"#, "1:29: expected a string, found the number 5"),
    (
      #"{"models": {"x": {"source": "s3://"}}}"#,
      "1:29: `s3://` is no address of a bucket: `` is no name of a bucket"
    ),
    (
      #"{"models": {"x": {"source": "https://h/f#sha256=00"}}}"#,
      "1:29: `https://h/f#sha256=00` has a hash that is none: expected `#sha256=` and 64 lowercase hexadecimal digits behind the URL"
    ),
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
      "3:5: `file` is unknown here (did you mean `files`?); expected one of `aliases`, `description`, `licence`, "
        + "`homepage`, `tags`, `source`, `branch`, `revision`, `template`, `files`, `main`, `objects`, `variants`"
    ),
    (
      model(#""license": "MIT""#),
      "3:5: `license` is unknown here (did you mean `licence`?); expected one of `aliases`, `description`, `licence`, "
        + "`homepage`, `tags`, `source`, `branch`, `revision`, `template`, `files`, `main`, `objects`, `variants`"
    ),
  ]

  private static let faultsOfVariants: [(String, String)] = [
    (model(#""files": null"#), "3:14: `files` is null; leave it out instead"),
    (model(#""tags": "a""#), "3:13: expected an array, found a string"),
    (
      model(#""template": "onx""#),
      "3:17: `onx` is no template; did you mean `onnx`? Known are `safetensors`, `onnx`, `gguf`, `folder`, `checkpoint`"
    ),
    (model(#""template": "gguf""#), "3:17: the template `gguf` is written `gguf:QUANTISATION`"),
    (model(#""template": "onnx:x""#), "3:17: the template `onnx` takes nothing after a colon"),
    (model(#""template": "folder:../x""#), "3:17: `../x` is not a path inside a repository"),
    (
      model(#""variants": {"auto": {}}"#),
      "3:18: `auto` is no name for a variant: use letters, digits, `.`, `_` and `-`, and not `auto`"
    ),
    (model(#""variants": {"a": {}, "a": {}}"#), "3:27: the variant `a` stands here twice"),
    (
      model(#""variants": {"a": {"size": 1}}"#),
      "3:24: `size` is unknown here; expected one of `description`, `source`, `branch`, `revision`, `template`, "
        + "`files`, `main`, `objects`, `memory`, `accelerator`"
    ),
    (
      model(#""variants": {"a": {"memory": "16"}}"#),
      "3:34: `16` is no amount of memory: write `16 GB`, or another of kB, MB, GB, TB, KiB, MiB, GiB, TiB"
    ),
  ]

  private static let faultsOfNames: [(String, String)] = [
    (#"{"models": {"x": {"variants": {"a": {}}}}}"#, "1:18: `source` is missing"),
    (model(#""aliases": ["a", "a"]"#), "3:22: an alias of `x` stands here twice"),
    (model(#""aliases": ["x"]"#), "3:17: `x` is the name of the model `x` already, and cannot be an alias of `x`"),
    (
      #"{"models": {"x": {"source": "s"}}, "presets": {"x": {"models": ["x"]}}}"#,
      "1:48: `x` is the name of the model `x` already, and cannot be the preset `x`"
    ),
    (
      #"{"models": {"x": {"source": "s", "aliases": ["z"]}, "y": {"source": "s", "aliases": ["z"]}}}"#,
      "1:86: `z` is the name of an alias of `x` already, and cannot be an alias of `y`"
    ),
    (#"{"presets": {"x": {}}}"#, "1:19: `models` is missing"),
    (#"{"presets": {"x": {"models": []}}}"#, "1:30: a preset needs at least one model"),
    (#"{"presets": {"x": {"models": ["a/b"]}}}"#, "1:31: `a/b` is no model: expected NAME or NAME:VARIANT"),
    (
      #"{"layers": ["ftp://h/x"]}"#,
      "1:13: `ftp://h/x` is no layer: expected a path, https://…, or URL[@REVISION]:PATH of a git repository"
    ),
    (
      #"{"layers": ["https://h/x.json"]}"#,
      "1:13: a layer of another host is pinned here, by `#sha256=…` behind the URL of a file, or by `@` and the full id "
        + "of a commit in the address of a repository"
    ),
    (
      #"{"layers": ["https://h/x@main:models.json"]}"#,
      "1:13: a layer of another host is pinned here, by `#sha256=…` behind the URL of a file, or by `@` and the full id "
        + "of a commit in the address of a repository"
    ),
    (
      #"{"layers": ["https://h/x.json#sha256=12"]}"#,
      "1:13: expected `#sha256=` and 64 lowercase hexadecimal digits behind the URL"
    ),
  ]

  private static let faultsOfObjects: [(String, String)] = [
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
      "3:101: `sise` is unknown here (did you mean `size`?); expected one of `sha256`, `size`, `executable`, `mirrors`"
    ),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "mirrors": ["ftp://h/a"]}}"#),
      "3:113: expected an http or https URL: only http and https addresses can be fetched"
    ),
    (
      model(#""objects": {"a": {"sha256": "\#(hex)", "mirrors": [1]}}"#),
      "3:113: expected an http or https URL: the address is not a valid http or https URL"
    ),
  ]

  @Test(arguments: faultsOfForm + faultsOfVariants + faultsOfNames + faultsOfObjects)
  func `every fault is told with its place`(text: String, fault: String) {
    let error = fetchError { () throws(FetchError) in try read(text) }
    #expect(error == FetchError(.usage, "the registry `models.json` has a fault", causes: ["models.json:\(fault)"]))
  }

  @Test func `every model with a fault is named at once`() {
    let error = fetchError { () throws(FetchError) in
      try read("{\n\"models\": {\n\"a\": {},\n\"b\": {\"source\": \"s\"},\n\"c\": {\"source\": 1}\n}}")
    }
    #expect(
      error
        == FetchError(
          .usage, "the registry `models.json` has 2 faults",
          causes: [
            "models.json:3:6: `source` is missing", "models.json:5:17: expected a string, found the number 1",
          ]))
  }

  @Test func `control characters do not reach the terminal`() {
    let error = fetchError { () throws(FetchError) in
      try Registry.parse(#"{"models": {"\u001b[2J": {}}}"#, name: "a\u{1b}b")
    }
    #expect(error?.message == "the registry `a\\u{1b}b` has a fault")
    #expect(error?.causes.first?.hasPrefix("a\\u{1b}b:1:13: `\\u{1b}[2J` is no name") == true)
  }
}

import Fixtures
import HTTP
import Testing
import Text

@testable import LFSFetch

@Suite struct RegistryTests {
  private func registry(_ models: String) throws -> Registry {
    try Registry.parse(#"{"models": {\#(models)}}"#)
  }

  // MARK: The built-in one

  @Test func `the built-in registry states the given facts and no others`() throws {
    let registry = try Registry.load(files: [])
    let mt3 = try #require(SHA256Digest(hex: "b8a3807ed265059abd25ad7f68142c06c35e8f6144dcaa45bd55946a3745398f"))
    let last = try #require(SHA256Digest(hex: "ae38e415c79efd5592dcb9b658cdb99ddb11d4c4e1eaa364cab04a052473fc25"))
    let mirror = try HTTPURL("https://huggingface.co/gudgud1014/MR-MT3/resolve/main/mt3.pth")
    let pinned: [ExactText: PinnedObject] = [
      "pretrained/mt3.pth": PinnedObject(oid: mt3, size: 183_672_643, mirrors: [mirror])
    ]
    let path =
      "amt/logs/2024/mc13_256_g4_all_v7_mt3f_sqr_rms_moe_wf4_n8k2_silu_rope_rp_b36_nops/checkpoints/last.ckpt"

    var fast = RegistryEntry(name: "mr_mt3", source: "https://github.com/gudgud96/MR-MT3")
    fast.aliases = ["fast"]
    fast.model.revision = "826ea84a933f93cd707d11e91af711f1d19c8d79"
    var accurate = RegistryEntry(name: "mt3_pytorch", source: "https://github.com/kunato/mt3-pytorch")
    accurate.aliases = ["accurate", "default", "official", "baseline"]
    accurate.model.revision = "e203122fb40eefd3f9068dc6efd1870fe54ca57b"
    var multitask = RegistryEntry(name: "yourmt3", source: "https://huggingface.co/spaces/mimbres/YourMT3")
    multitask.aliases = ["multitask"]
    multitask.model.branch = "main"
    multitask.model.template = try Template("checkpoint:" + path)
    multitask.model.objects = [ExactText(path): PinnedObject(oid: last, size: nil, mirrors: [])]
    for index in 0...1 {
      var entry = index == 0 ? fast : accurate
      entry.model.branch = "master"
      // The checkpoint, which is the main file, and the configuration beside it.
      entry.model.template = try Template("checkpoint:pretrained/mt3.pth")
      entry.model.objects = pinned
      if index == 0 { fast = entry } else { accurate = entry }
    }
    // Descriptions and tags are prose, not facts.
    let stated = registry.entries.map { entry in
      var entry = entry
      entry.description = nil
      entry.tags = []
      return entry
    }
    #expect(stated == [fast, accurate, multitask])
  }

  /// What a template can say is not said by hand.
  @Test func `each built-in model of a single checkpoint is taken by the template`() throws {
    for entry in try Registry.load(files: []).entries {
      #expect(entry.model.template?.main != nil || entry.model.main == nil, "\(entry.name)")
    }
  }

  @Test(arguments: [
    ("fast", "mr_mt3"), ("mr_mt3", "mr_mt3"), ("accurate", "mt3_pytorch"), ("default", "mt3_pytorch"),
    ("official", "mt3_pytorch"), ("baseline", "mt3_pytorch"), ("multitask", "yourmt3"),
  ])
  func `the built-in names`(alias: String, name: String) throws {
    #expect(try Registry.load(files: []).entry(named: alias).name == name)
  }

  // MARK: Names

  @Test func `a name comes before an alias, and the alias of a later layer wins`() throws {
    var registry = try registry(#""a": {"source": "1", "aliases": ["c", "d"]}"#)
    for text in [
      #"{"models": {"b": {"source": "2", "aliases": ["a", "c"]}}}"#, #"{"presets": {"d": {"models": ["a", "b"]}}}"#,
    ] {
      registry.overlay(try RegistryLayer.parse(Array(text.utf8), name: "over", kind: .project))
    }
    #expect(registry.find("a")?.model.source == "1")
    #expect(registry.find("c")?.model.source == "2")
    #expect(registry.find("nothing") == nil)
    // A preset's name comes before an alias, too.
    #expect(registry.find("d") == nil)
    #expect(registry.preset(named: "d")?.models == ["a", "b"])
    let error = fetchError { () throws(FetchError) in try registry.entry(named: "d") }
    #expect(
      error
        == FetchError(
          .usage, "`d` is a group of models, where one is wanted", hint: "it consists of `a`, `b`"))
  }

  @Test(arguments: [
    ("fsat", "did you mean `fast`?"),
    ("yourmt", "did you mean `yourmt3`?"),
    ("zzzzzzzz", "`lfsfetch list` shows the names that are known; a repository is given as a URL"),
  ])
  func `an unknown name gets the nearest ones`(name: String, hint: String) throws {
    let registry = try Registry.load(files: [])
    let error = fetchError { () throws(FetchError) in try registry.entry(named: name) }
    #expect(error == FetchError(.notFound, "no model is called `\(name)`", hint: hint))
  }

  // MARK: Layers

  @Test func `later files win, entry by entry`() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write(
      #"{"models": {"fast": {"source": "/1"}, "mr_mt3": {"source": "/1", "aliases": ["m"]}}}"#, to: "one.json")
    let two = try folder.write(#"{"models": {"mr_mt3": {"source": "/2"}, "new": {"source": "/2"}}}"#, to: "two.json")
    let registry = try Registry.load(files: [one, two])
    #expect(registry.entries.map(\.name) == ["mr_mt3", "mt3_pytorch", "yourmt3", "fast", "new"])
    // The whole entry is replaced, aliases and pins with it.
    #expect(try registry.entry(named: "mr_mt3") == RegistryEntry(name: "mr_mt3", source: "/2"))
    #expect(try registry.entry(named: "fast").model.source == "/1")
    #expect(registry.find("m") == nil)
  }

  @Test func `a file that is not there`() throws {
    let folder = try TemporaryFolder()
    let error = fetchError { () throws(FetchError) in try Registry.load(files: [folder("none.json")]) }
    #expect(error?.code == .usage)
    #expect(error?.message == "cannot read the registry `\(folder("none.json"))`")
    #expect(error?.causes == ["No such file or directory"])
    #expect(error?.hint == "a registry is a JSON file, or the URL of one; see docs/reference/registry.md")
  }

  @Test func `a file with a fault is named with its position`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\n\"models\": {]\n", to: "bad.json")
    let error = fetchError { () throws(FetchError) in try Registry.load(files: [path]) }
    #expect(error?.causes == ["\(path):2:12: expected a name in quotes or `}`, found `]`"])
  }

  @Test func `a preset and a model of one name replace each other`() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write(#"{"presets": {"mr_mt3": {"models": ["yourmt3"]}}}"#, to: "one.json")
    let two = try folder.write(#"{"models": {"mr_mt3": {"source": "/2"}}}"#, to: "two.json")
    let first = try Registry.load(files: [one])
    #expect(first.entries.map(\.name) == ["mt3_pytorch", "yourmt3"])
    #expect(first.presets.map(\.name) == ["mr_mt3"])
    let second = try Registry.load(files: [one, two])
    #expect(second.entries.map(\.name) == ["mt3_pytorch", "yourmt3", "mr_mt3"])
    #expect(second.presets == [])
    #expect(second.statements(of: "mr_mt3").map(\.layer.name) == [two, one, RegistryLoader.builtInName])
  }

  @Test func `the sources that only a project names are told apart`() throws {
    var registry = try registry(#""a": {"source": "https://h/a"}"#)
    registry.overlay(
      try .parse(
        Array(
          #"{"models": {"b": {"source": "https://h/a"}, "c": {"source": "https://e/c", "variants": {"v": {"source": "https://e/v"}}}}}"#
            .utf8), name: "lfsfetch.json", kind: .project))
    #expect(registry.strangers == ["https://e/c", "https://e/v"])
    #expect(try Wanted(ModelRequest("b"), registry: registry).isNamedByUser)
    #expect(try !Wanted(ModelRequest("c"), registry: registry).isNamedByUser)
    #expect(try !Wanted(ModelRequest("c:v"), registry: registry).isNamedByUser)
    #expect(try Wanted(ModelRequest("https://e/c"), registry: registry).isNamedByUser)
  }
}

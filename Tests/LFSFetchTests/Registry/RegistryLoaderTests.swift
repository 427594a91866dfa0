import Files
import Fixtures
import Foundation
import Testing

@testable import LFSFetch

/// Layers: which files there are, and in which order they count.
@Suite struct RegistryLoaderTests {
  private let folder: TemporaryFolder
  private var cache: LayerCache { LayerCache(Cache(root: folder("cache"))) }

  init() throws { folder = try TemporaryFolder() }

  private func model(_ name: String, _ source: String, layers: [String] = []) -> String {
    let list = layers.map { "\"\($0)\"" }.joined(separator: ", ")
    return "{\"layers\": [\(list)], \"models\": {\"\(name)\": {\"source\": \"\(source)\"}}}"
  }

  private func load(_ places: RegistryPlaces, _ given: [String] = []) throws(FetchError) -> RegistryLoader.Result {
    try RegistryLoader.load(places, given: given, cache: cache)
  }

  @Test func `the layers in their order, each entry won by the last that has it`() throws {
    var places = RegistryPlaces()
    places.system = try folder.write(
      #"{"models": {"x": {"source": "/system"}, "a": {"source": "/system"}}}"#, to: "etc/registry.json")
    places.user = try folder.write(
      #"{"models": {"x": {"source": "/user"}, "b": {"source": "/user"}}}"#, to: "home/registry.json")
    places.project = try folder.write(
      #"{"models": {"x": {"source": "/project"}, "c": {"source": "/project"}}}"#, to: "work/lfsfetch.json")
    let given = try folder.write(model("x", "/option"), to: "given.json")
    let sources = { (registry: Registry) in
      ["x", "a", "b", "c", "fast"].map { registry.find($0)?.model.source ?? "none" }
    }
    let fast = "https://github.com/gudgud96/MR-MT3"
    #expect(try sources(load(places, [given]).registry) == ["/option", "/system", "/user", "/project", fast])
    #expect(try sources(load(places).registry) == ["/project", "/system", "/user", "/project", fast])
    places.project = nil
    #expect(try sources(load(places).registry) == ["/user", "/system", "/user", "none", fast])
    places.user = folder("not/there.json")
    #expect(try sources(load(places).registry) == ["/system", "/system", "none", "none", fast])
    let origins = try load(places, [given]).registry.statements(of: "x")
    #expect(origins.map(\.layer.kind) == [.option, .system])
    #expect(origins.map(\.position.description) == ["1:27", "1:13"])
  }

  @Test func `a file's own layers lie beneath it, seen from its folder`() throws {
    try folder.write(model("x", "/base"), to: "team/base.json")
    try folder.write(
      #"{"layers": ["base.json"], "models": {"x": {"source": "/team"}, "y": {"source": "/team"}}}"#, to: "team/all.json"
    )
    let path = try folder.write(model("y", "/own", layers: ["team/all.json"]), to: "own.json")
    let registry = try load(.none, [path]).registry
    #expect(registry.find("x")?.model.source == "/team")
    #expect(registry.find("y")?.model.source == "/own")
    #expect(registry.layers.map(\.name).suffix(3) == [folder("team/base.json"), folder("team/all.json"), path])
  }

  @Test func `layers that name each other are read once`() throws {
    let one = try folder.write(model("x", "/1", layers: [folder("two.json")]), to: "one.json")
    try folder.write(model("x", "/2", layers: [folder("one.json")]), to: "two.json")
    #expect(try load(.none, [one]).registry.find("x")?.model.source == "/1")
  }

  // MARK: Layers of other hosts

  @Test func `a layer of another host is read from the cache, or said to be missing`() throws {
    let bytes = Array(model("x", "/far").utf8)
    let pin = SHA256.hash(bytes).hex
    let url = "https://h/models.json#sha256=\(pin)"
    let path = try folder.write(model("y", "/near", layers: [url]), to: "own.json")
    let address = try LayerAddress(url)
    let first = try load(.none, [path])
    #expect(first.missing == [.init(address: address, kind: .option)])
    #expect(first.registry.find("y") != nil)
    try cache.store(bytes, of: address)
    let second = try load(.none, [path])
    #expect(second.missing == [])
    #expect(second.registry.find("x")?.model.source == "/far")
    // What does not hash to its pin is as good as not there.
    try cache.store(bytes + [0x20], of: address)
    #expect(try load(.none, [path]).missing.count == 1)
  }

  @Test func `a layer of another host cannot name files of this machine`() throws {
    let bytes = Array(model("x", "/far", layers: ["/etc/passwd"]).utf8)
    let url = "https://h/models.json#sha256=\(SHA256.hash(bytes).hex)"
    try cache.store(bytes, of: LayerAddress(url))
    let error = fetchError { () throws(FetchError) in try load(.none, [url]) }
    #expect(error?.message == "the registry `\(url)` names the layer `/etc/passwd`")
  }

  @Test func `addresses that differ anywhere are kept apart`() throws {
    let texts = ["https://h/m?a", "https://h/m?b", "https://h/m", "https://h/m:x", "https://h/m@v:x", "https://h/m:y"]
    for text in texts { try cache.store(Array(text.utf8), of: LayerAddress(text)) }
    for text in texts { #expect(try cache.bytes(of: LayerAddress(text)) == Array(text.utf8)) }
  }

  @Test(arguments: [
    ("models.json", true), ("/srv/models.json", true), ("https://h/m.json", false), ("http://127.0.0.1:80/m", false),
    ("https://h/m.json#sha256=\(String(repeating: "a", count: 64))", true), ("https://h/org/x:m.json", false),
    ("https://h/org/x@main:m.json", false), ("https://h/org/x@\(String(repeating: "a", count: 40)):m.json", true),
    ("file:///srv/x@\(String(repeating: "a", count: 40)):m.json", true),
  ])
  func `what pins a layer`(text: String, isPinned: Bool) throws {
    #expect(try LayerAddress(text).isPinned == isPinned)
  }

  // MARK: Places

  @Test func `the user's file is in the configuration folder`() {
    #expect(
      RegistryPlaces.standard(["HOME": "/home/a"], workingDirectory: "/").user
        == "/home/a/.config/lfsfetch/registry.json")
    #expect(
      RegistryPlaces.standard(["HOME": "/home/a", "XDG_CONFIG_HOME": "/x"], workingDirectory: "/").user
        == "/x/lfsfetch/registry.json")
    #expect(RegistryPlaces.standard(["HOME": "/home/a"], workingDirectory: "/").system == "/etc/lfsfetch/registry.json")
  }

  @Test func `the project's file is the nearest one upward`() throws {
    try folder.write("{}", to: "a/lfsfetch.json")
    try folder.write("{}", to: "a/b/c/lfsfetch.json")
    try folder.write("", to: "a/b/c/d/e/x")
    let project = { (path: String) in RegistryPlaces.standard(["HOME": "/h"], workingDirectory: folder(path)).project }
    #expect(project("a/b/c/d/e") == folder("a/b/c/lfsfetch.json"))
    #expect(project("a/b/c") == folder("a/b/c/lfsfetch.json"))
    #expect(project("a/b") == folder("a/lfsfetch.json"))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `a file of another user is passed over with a warning`() throws {
    let path = try folder.write("{}", to: "a/lfsfetch.json")
    try #require(chown(path, 12345, 12345) == 0)
    let places = RegistryPlaces.standard(["HOME": "/h"], workingDirectory: folder("a"))
    #expect(places.project == nil)
    #expect(
      places.warnings == ["`\(path)` belongs to another user, and is not used; `--registry` takes it nevertheless"])
  }
}

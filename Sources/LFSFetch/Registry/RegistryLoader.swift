import BuiltInRegistry
import Files
import Text

/// Reads the layers of the registry, each with the layers that it names below itself. Asks no host: layers of others
/// are read from the cache, and those that are not there are listed.
package struct RegistryLoader {
  private let cache: LayerCache
  private var layers: [RegistryLayer] = []
  /// Those that are being read, for layers that name themselves.
  private var seen: Set<LayerAddress> = []
  private var remotes: [RemoteLayer] = []
  private var missing: [RemoteLayer] = []

  /// A layer that another host has.
  package struct RemoteLayer: Sendable, Equatable {
    package let address: LayerAddress
    package let kind: RegistryLayer.Kind
  }

  /// What could be read, and what must be fetched before all can.
  package struct Result: Sendable {
    package let registry: Registry
    /// The layers of other hosts.
    package let remotes: [RemoteLayer]
    /// Those that are not in the cache.
    package let missing: [RemoteLayer]
  }

  package static let builtInName = "the built-in registry"
  private static let largestFile = 16 << 20
  private static let mostLayers = 64

  /// `given` are the layers of the command line.
  package static func load(
    _ places: RegistryPlaces, given: [String], cache: LayerCache
  ) throws(FetchError) -> Result {
    var loader = RegistryLoader(cache: cache)
    loader.layers.append(try .parse(BuiltInRegistry.json, name: builtInName, kind: .builtIn))
    for (path, kind) in [(places.system, RegistryLayer.Kind.system), (places.user, .user), (places.project, .project)] {
      guard let path, ((try? FileStatus.of(path.realPath)) ?? nil) != nil else { continue }
      try loader.add(.file(path), kind)
    }
    for text in given { try loader.add(try address(text), .option) }
    return Result(registry: Registry(loader.layers), remotes: loader.remotes, missing: loader.missing)
  }

  private init(cache: LayerCache) { self.cache = cache }

  /// A layer as the command line names it.
  package static func address(_ text: String) throws(FetchError) -> LayerAddress {
    do throws(LayerAddress.Fault) { return try LayerAddress(text) } catch {
      throw FetchError(
        .usage, "cannot use the registry `\(text.withoutCredentials.escapingControls)`",
        causes: [error.reason.escapingControls], hint: "see docs/reference/registry.md")
    }
  }

  private mutating func add(_ address: LayerAddress, _ kind: RegistryLayer.Kind) throws(FetchError) {
    // Given twice, the later place counts for nothing that the earlier one does not say already.
    guard seen.insert(address).inserted else { return }
    guard seen.count <= Self.mostLayers else {
      throw FetchError(.usage, "the registry has more than \(Self.mostLayers) layers")
    }
    let remote = RemoteLayer(address: address, kind: kind)
    if !address.isOnThisMachine { remotes.append(remote) }
    guard let bytes = try bytes(of: address) else {
      missing.append(remote)
      return
    }
    let layer = try RegistryLayer.parse(
      bytes, name: address.description, kind: kind, isRemote: !address.isOnThisMachine)
    for below in layer.contents.layers { try add(self.address(below, namedIn: address), kind) }
    layers.append(layer)
  }

  /// A file of another host says nothing about the files of this machine.
  private func address(_ below: LayerAddress, namedIn address: LayerAddress) throws(FetchError) -> LayerAddress {
    guard below.isOnThisMachine else { return below }
    guard case .file(let path) = address else {
      throw FetchError(
        .usage,
        "the registry `\(address.description.escapingControls)` names the layer `\(below.description.escapingControls)`",
        causes: ["a layer of another host can only name layers of other hosts"])
    }
    return below.relative(to: path.absolutePath.parentFolder ?? "/")
  }

  private func bytes(of address: LayerAddress) throws(FetchError) -> [UInt8]? {
    guard case .file(let path) = address else { return cache.bytes(of: address) }
    do throws(FileError) { return try readFile(path, limit: Self.largestFile) } catch {
      let what = "cannot read the registry `\(path.escapingControls)`"
      if error.isNotPermitted { throw FetchError(reading: error, doing: what) }
      throw FetchError(
        .usage, what, causes: [error.reason],
        hint: "a registry is a JSON file, or the URL of one; see docs/reference/registry.md")
    }
  }
}

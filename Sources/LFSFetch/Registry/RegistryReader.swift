import Git
import HTTP
import JSON
import Text

/// Turns the JSON of a registry file into values, and finds every fault in it with its place.
struct RegistryReader {
  static let topKeys = ["$schema", "layers", "models", "presets"]
  static let modelKeys = [
    "aliases", "description", "licence", "homepage", "tags", "source", "branch", "revision", "template", "files",
    "main",
    "objects", "variants",
  ]
  static let variantKeys = [
    "description", "source", "branch", "revision", "template", "files", "main", "objects", "memory", "accelerator",
  ]
  static let objectKeys = ["sha256", "size", "executable", "mirrors"]
  static let presetKeys = ["description", "models"]

  /// One fault a model, a preset or a layer: what comes after the first one in each is often its consequence.
  private(set) var faults: [JSONError] = []
  private(set) var contents = RegistryContents()
  /// What each name and alias of the file stands for.
  private var names: [String: String] = [:]

  static func read(_ json: JSON) -> (contents: RegistryContents, faults: [JSONError]) {
    var reader = RegistryReader()
    reader.noting { reader throws(JSONError) in try reader.readAll(json) }
    return (
      reader.contents,
      reader.faults.sorted { ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column) }
    )
  }

  /// Whether there was no fault.
  @discardableResult
  private mutating func noting(_ body: (inout RegistryReader) throws(JSONError) -> Void) -> Bool {
    do throws(JSONError) {
      try body(&self)
      return true
    } catch {
      faults.append(error)
      return false
    }
  }

  private mutating func readAll(_ json: JSON) throws(JSONError) {
    try json.requireOnly(Self.topKeys)
    for element in try json["layers"]?.elements() ?? [] {
      noting { reader throws(JSONError) in try reader.readLayer(element) }
    }
    guard json["models"] != nil || json["presets"] != nil || json["layers"] != nil else {
      throw JSONError("`models` is missing", at: json.position)
    }
    let models = try json["models"]?.members() ?? []
    let presets = try json["presets"]?.members() ?? []
    // All names come before all aliases, which are read with the models.
    let named = models.filter { member in
      noting { reader throws(JSONError) in try reader.claim(member, as: "model") }
    }
    let groups = presets.filter { member in
      noting { reader throws(JSONError) in try reader.claim(member, as: "preset") }
    }
    for member in named { noting { reader throws(JSONError) in try reader.readModel(member) } }
    for member in groups { noting { reader throws(JSONError) in try reader.readPreset(member) } }
  }

  // MARK: Names

  /// Names are typed into shells and become parts of paths.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    return text.utf8.count <= 100
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0)
      }
  }

  private mutating func claim(_ member: JSON.Member, as kind: String) throws(JSONError) {
    guard Self.isName(member.name) else {
      throw JSONError(
        "`\(member.name)` is no name for a \(kind): use letters, digits, `.`, `_` and `-`", at: member.position)
    }
    try claim(member.name, as: "the \(kind) `\(member.name)`", at: member.position)
  }

  private mutating func claim(_ name: String, as owner: String, at position: JSON.Position) throws(JSONError) {
    if let other = names[name] {
      let isTwice = other == owner
      throw JSONError(
        isTwice ? "\(owner) stands here twice" : "`\(name)` is the name of \(other) already, and cannot be \(owner)",
        at: position)
    }
    names[name] = owner
  }

  private mutating func claimAliases(_ json: JSON?, of model: String) throws(JSONError) -> [String] {
    var aliases: [String] = []
    for element in try json?.elements() ?? [] {
      let alias = try element.string()
      guard Self.isName(alias) else {
        throw JSONError("an alias may have letters, digits, `.`, `_` and `-`", at: element.position)
      }
      try claim(alias, as: "an alias of `\(model)`", at: element.position)
      aliases.append(alias)
    }
    return aliases
  }

  // MARK: Layers, models, presets

  private mutating func readLayer(_ json: JSON) throws(JSONError) {
    let text = try json.string()
    let address: LayerAddress
    do throws(LayerAddress.Fault) { address = try LayerAddress(text) } catch {
      throw JSONError(error.reason, at: json.position)
    }
    guard address.isPinned else {
      throw JSONError(
        "a layer of another host is pinned here, by `#sha256=…` behind the URL of a file, or by `@` and the full id of a "
          + "commit in the address of a repository", at: json.position)
    }
    contents.layers.append(address)
  }

  private mutating func readModel(_ member: JSON.Member) throws(JSONError) {
    let json = member.value
    try json.requireOnly(Self.modelKeys)
    var entry = RegistryEntry(name: member.name, source: nil)
    entry.aliases = try claimAliases(json["aliases"], of: member.name)
    entry.description = try json["description"]?.string()
    entry.licence = try json["licence"]?.string()
    entry.homepage = try json["homepage"]?.string()
    entry.tags = try json["tags"].map(Self.strings) ?? []
    entry.model = try Self.facts(json)
    try Self.checkSense(of: entry.model, as: entry.model, in: json)
    for variant in try json["variants"]?.members() ?? [] { try entry.variants.append(Self.variant(variant, entry)) }
    if entry.model.place == nil,
      entry.variants.isEmpty || entry.variants.contains(where: { $0.facts.over(entry.model).place == nil })
    {
      throw JSONError(
        entry.model.objects.isEmpty
          ? "`source` is missing" : "`source` is missing, and not every object has `mirrors`", at: json.position)
    }
    contents.models.append(.init(value: entry, position: member.position, json: json))
  }

  private static func variant(_ member: JSON.Member, _ entry: RegistryEntry) throws(JSONError) -> Variant {
    let json = member.value
    guard isName(member.name), member.name != Variant.automatic else {
      throw JSONError(
        "`\(member.name)` is no name for a variant: use letters, digits, `.`, `_` and `-`, and not `auto`",
        at: member.position)
    }
    guard !entry.variants.contains(where: { $0.name == member.name }) else {
      throw JSONError("the variant `\(member.name)` stands here twice", at: member.position)
    }
    try json.requireOnly(variantKeys)
    var variant = Variant(name: member.name)
    variant.description = try json["description"]?.string()
    variant.facts = try facts(json)
    variant.memory = try json["memory"].map(amount)
    variant.needsAccelerator = try json["accelerator"]?.bool() ?? false
    try checkSense(of: variant.facts, as: variant.facts.over(entry.model), in: json)
    return variant
  }

  private mutating func readPreset(_ member: JSON.Member) throws(JSONError) {
    let json = member.value
    try json.requireOnly(Self.presetKeys)
    let list = try json.required("models")
    let models = try list.elements()
    if models.isEmpty { throw JSONError("a preset needs at least one model", at: list.position) }
    for element in models {
      let text = try element.string()
      let request = try? ModelRequest(text)
      guard case .name? = request?.target else {
        throw JSONError("`\(text)` is no model: expected NAME or NAME:VARIANT", at: element.position)
      }
    }
    var preset = Preset(name: member.name, models: try Self.strings(list))
    preset.description = try json["description"]?.string()
    contents.presets.append(.init(value: preset, position: member.position, json: json))
  }
}

/// What a registry file says.
package struct RegistryContents: Sendable {
  /// A model or a preset, and where it stands.
  package struct Statement<Value: Sendable>: Sendable {
    package let value: Value
    package let position: JSON.Position
    package let json: JSON
  }

  package var layers: [LayerAddress] = []
  package var models: [Statement<RegistryEntry>] = []
  package var presets: [Statement<Preset>] = []
}

extension RegistryContents {
  /// With relative paths in sources as seen from the folder of the file that names them.
  func readingPaths(in folder: String) -> RegistryContents {
    var contents = self
    contents.models = models.map { model in
      var entry = model.value
      entry.model.source = entry.model.source?.read(in: folder)
      for index in entry.variants.indices {
        entry.variants[index].facts.source = entry.variants[index].facts.source?.read(in: folder)
      }
      return Statement(value: entry, position: model.position, json: model.json)
    }
    return contents
  }
}

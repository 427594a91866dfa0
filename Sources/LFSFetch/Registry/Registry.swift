import JSON
import Text

/// The models and presets that are known by name: those of all layers, where later layers win.
package struct Registry: Sendable {
  /// From the built-in one to those of the command line.
  package private(set) var layers: [RegistryLayer] = []
  package private(set) var entries: [RegistryEntry] = []
  package private(set) var presets: [Preset] = []
  /// Repositories that only layers name which are not trusted.
  package private(set) var strangers: Set<ExactText> = []
  /// Models without a source, only addresses of their files, that such layers name.
  private var strangeModels: Set<String> = []

  package init(_ layers: [RegistryLayer] = []) {
    for layer in layers { overlay(layer) }
  }

  /// A model or preset takes the place of whatever has its name in the layers below.
  package mutating func overlay(_ layer: RegistryLayer) {
    layers.append(layer)
    for entry in layer.contents.models.map(\.value) {
      presets.removeAll { $0.name == entry.name }
      if layer.isTrusted { strangeModels.remove(entry.name) } else { strangeModels.insert(entry.name) }
      if let index = entries.firstIndex(where: { $0.name == entry.name }) {
        entries[index] = entry
      } else {
        entries.append(entry)
      }
    }
    strangers = sources(where: { !$0.isTrusted }).subtracting(sources(where: \.isTrusted))
    for preset in layer.contents.presets.map(\.value) {
      entries.removeAll { $0.name == preset.name }
      if let index = presets.firstIndex(where: { $0.name == preset.name }) {
        presets[index] = preset
      } else {
        presets.append(preset)
      }
    }
  }

  /// Whether only layers name the source, or the addresses of the model, which are not trusted.
  func isStranger(_ source: String, of model: String) -> Bool {
    guard source == SourceAddress.mirrorsOnly else { return strangers.contains(ExactText(source)) }
    return strangeModels.contains(String(model.prefix { $0 != ":" }))
  }

  /// By name first, then by alias; of two that claim an alias the later one has it.
  package func find(_ name: String) -> RegistryEntry? {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    return preset(named: name) == nil ? entries.last { $0.aliases.contains(name) } : nil
  }

  package func preset(named name: String) -> Preset? { presets.first { $0.name == name } }

  package func entry(named name: String) throws(FetchError) -> RegistryEntry {
    if let entry = find(name) { return entry }
    if let preset = preset(named: name) {
      throw FetchError(
        .usage, "`\(name.escapingControls)` is a group of models, where one is wanted",
        hint: "it consists of \(preset.models.map { "`\($0)`" }.joined(separator: ", "))")
    }
    throw FetchError(
      .notFound, "no model is called `\(name.escapingControls)`",
      hint: NearestName.hint(for: name, among: names)
        ?? "`lfsfetch list` shows the names that are known; a repository is given as a URL")
  }

  private var names: [String] { entries.flatMap { [$0.name] + $0.aliases } + presets.map(\.name) }

  /// What the layers say of a name, the one that counts first.
  package func statements(of name: String) -> [Origin] {
    layers.reversed().compactMap { layer in
      let contents = layer.contents
      let place =
        contents.models.first { $0.value.name == name }.map { ($0.position, $0.json) }
        ?? contents.presets.first { $0.value.name == name }.map { ($0.position, $0.json) }
      return place.map { Origin(layer: layer, position: $0.0, json: $0.1) }
    }
  }

  /// A layer that has a model or preset, and where in it.
  package struct Origin: Sendable {
    package let layer: RegistryLayer
    package let position: JSON.Position
    package let json: JSON
  }

  private func sources(where isWanted: (RegistryLayer) -> Bool) -> Set<ExactText> {
    Set(
      layers.filter(isWanted).flatMap { layer in
        layer.contents.models.flatMap { $0.value.choices.compactMap(\.facts.source) }.map { ExactText($0) }
      })
  }
}

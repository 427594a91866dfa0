import JSON
import LFSFetch

/// `lfsfetch list`: the models of the registry, and which of them are in the cache.
enum List {
  static let specification = CommandSpecification(
    name: "list",
    summary: "List the models of the registry",
    description: [
      "Prints every model with its aliases, its size where the registry knows it, whether it is in the cache, and the "
        + "variants that it comes in; then the presets, which are groups of models. Asks no host, except for layers of "
        + "the registry that were never fetched."
    ],
    options: [.registry, .cache, .json],
    examples: [.init(line: "lfsfetch list --json", meaning: "The same for programs, one object a line.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let fetcher = try await Fetcher.withAllLayers(try FetcherConfiguration(arguments), progress: console.tell)
    let models = try fetcher.models()
    let presets = fetcher.presets()
    console.output.write(arguments.has(.json) ? lines(models, presets) : text(models, presets))
    return .done
  }

  static func text(_ models: [ModelSummary], _ presets: [PresetSummary]) -> String {
    let hasVariants = models.contains { !$0.variants.isEmpty }
    var table = Table(
      heading: ["NAME", "ALIASES", "SIZE", "CACHED"] + (hasVariants ? ["VARIANTS"] : []), rightAligned: [2])
    table.rows = models.map { model in
      let isCached = model.isCached || model.variants.contains(where: \.isCached)
      return [
        model.name, model.aliases.joined(separator: ", "), model.bytes.map(Quantity.bytes) ?? "–",
        isCached ? "yes" : "no",
      ] + (hasVariants ? [model.variants.map(\.name).joined(separator: ", ")] : [])
    }
    guard !presets.isEmpty else { return table.text }
    var groups = Table(heading: ["PRESET", "MODELS"])
    groups.rows = presets.map { [$0.name, $0.models.joined(separator: ", ")] }
    return table.text + "\n" + groups.text
  }

  static func lines(_ models: [ModelSummary], _ presets: [PresetSummary]) -> String {
    models.map { line($0) + "\n" }.joined() + presets.map { line($0) + "\n" }.joined()
  }

  private static func line(_ model: ModelSummary) -> String {
    JSON.object([
      ("name", .string(model.name)), ("kind", .string("model")), ("aliases", .strings(model.aliases)),
      ("description", model.description.map { .string($0) }),
      ("tags", model.tags.isEmpty ? nil : .strings(model.tags)), ("source", .string(model.source)),
      ("bytes", model.bytes.map { .integer($0) }), ("cached", .bool(model.isCached)),
      ("variants", model.variants.isEmpty ? nil : .array(model.variants.map(VariantJSON.object))),
    ]).text
  }

  static func line(_ preset: PresetSummary) -> String {
    JSON.object([
      ("name", .string(preset.name)), ("kind", .string("preset")),
      ("description", preset.description.map { .string($0) }), ("models", .strings(preset.models)),
    ]).text
  }
}

/// A variant as `list --json` and `info --json` print it.
enum VariantJSON {
  static func object(_ variant: VariantSummary) -> JSON {
    .object([
      ("name", .string(variant.name)), ("description", variant.description.map { .string($0) }),
      ("memory", variant.memory.map { .integer($0) }),
      ("accelerator", variant.needsAccelerator ? .bool(true) : nil), ("bytes", variant.bytes.map { .integer($0) }),
      ("cached", .bool(variant.isCached)),
    ])
  }
}

extension JSON {
  static func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
}

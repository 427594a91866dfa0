import JSON
import LFSFetch
import Text

/// `lfsfetch info NAME`: all that the registry and the cache know of a model.
enum Info {
  static let specification = CommandSpecification(
    name: "info",
    summary: "Print all that is known of a model",
    description: [
      "Prints what the registry says of the model, of one of its variants, or of a preset, and where it is in the cache. "
        + "Asks no host, except for layers of the registry that were never fetched."
    ],
    operand: .init(placeholder: "NAME", count: .one, candidates: .models),
    options: [.registry, .cache, .json],
    examples: [.init(line: "lfsfetch info fast", meaning: "Print the source, revision and files of a model.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let name = arguments.operands[0]
    let fetcher = try await Fetcher.withAllLayers(try FetcherConfiguration(arguments), progress: console.tell)
    if let preset = fetcher.presets().first(where: { $0.name == name }) {
      console.output.write(arguments.has(.json) ? List.line(preset) + "\n" : text(preset))
    } else {
      let details = try fetcher.info(name)
      console.output.write(arguments.has(.json) ? line(details) : text(details))
    }
    return .done
  }

  static func text(_ details: ModelDetails) -> String {
    let objects = details.objects.map { object in
      (object.size.map { Quantity.bytes($0) + "  " } ?? "") + (object.oid.map { "sha256:\($0)" } ?? "no hash")
        + "  \(object.path)"
    }
    let facts: [(label: String, values: [String])] = [
      ("name", [details.name]),
      ("aliases", details.aliases.isEmpty ? [] : [details.aliases.joined(separator: ", ")]),
      ("description", details.description.map { [$0] } ?? []),
      ("licence", details.licence.map { [$0] } ?? []),
      ("homepage", details.homepage.map { [$0] } ?? []),
      ("tags", details.tags.isEmpty ? [] : [details.tags.joined(separator: ", ")]),
      ("source", details.source.map { [$0] } ?? []),
      ("revision", details.revision.map { [$0] } ?? []),
      ("branch", details.branch.map { [$0] } ?? []),
      ("template", details.template.map { [$0] } ?? []),
      ("files", details.files),
      ("main", details.main.map { [$0] } ?? []),
      ("objects", objects),
      ("mirrors", details.mirrors),
      ("variants", details.variants.map(text)),
      ("registry", details.layer.map { [$0] } ?? []),
      ("cached", details.needsVariant ? [] : [details.cachedPath ?? "no"]),
    ]
    return text(facts)
  }

  static func text(_ preset: PresetSummary) -> String {
    text([
      ("name", [preset.name]), ("description", preset.description.map { [$0] } ?? []), ("models", preset.models),
    ])
  }

  /// `q8  8.5 GB, needs 10.0 GB of memory; …`
  private static func text(_ variant: VariantSummary) -> String {
    let facts = [
      variant.bytes.map(Quantity.bytes), variant.memory.map { "needs \(Quantity.bytes($0)) of memory" },
      variant.needsAccelerator ? "needs an accelerator" : nil, variant.isCached ? "cached" : nil, variant.description,
    ].compactMap { $0 }
    return variant.name + (facts.isEmpty ? "" : "  " + facts.joined(separator: ", "))
  }

  private static func text(_ facts: [(label: String, values: [String])]) -> String {
    facts.flatMap { fact in
      fact.values.enumerated().map { index, value in
        DisplayText.padded(index == 0 ? fact.label : "", to: 13) + value.escapingControls + "\n"
      }
    }.joined()
  }

  static func line(_ details: ModelDetails) -> String {
    let objects = details.objects.map { object in
      JSON.object([
        ("path", .string(object.path)), ("oid", object.oid.map { .string($0) }),
        ("bytes", object.size.map { .integer($0) }),
      ])
    }
    return JSON.object([
      ("name", .string(details.name)), ("aliases", .strings(details.aliases)),
      ("description", details.description.map { .string($0) }), ("licence", details.licence.map { .string($0) }),
      ("homepage", details.homepage.map { .string($0) }),
      ("tags", details.tags.isEmpty ? nil : .strings(details.tags)), ("source", details.source.map { .string($0) }),
      ("revision", details.revision.map { .string($0) }), ("branch", details.branch.map { .string($0) }),
      ("template", details.template.map { .string($0) }),
      ("files", .strings(details.files)), ("main", details.main.map { .string($0) }), ("objects", .array(objects)),
      ("mirrors", .strings(details.mirrors)),
      ("variants", details.variants.isEmpty ? nil : .array(details.variants.map(VariantJSON.object))),
      ("registry", details.layer.map { .string($0) }), ("path", details.cachedPath.map { .string($0) }),
    ]).text + "\n"
  }
}

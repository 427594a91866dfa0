import JSON
import LFSFetch

/// `lfsfetch list`: the models of the registry, and which of them are in the cache.
enum List {
  static let specification = CommandSpecification(
    name: "list",
    summary: "List the models of the registry",
    description: [
      "Prints every model with its aliases, its size where the registry knows it, and whether it is in "
        + "the cache. Asks no host."
    ],
    options: [.registry, .cache, .json],
    examples: [.init(line: "lfsfetch list --json", meaning: "The same for programs, one object a line.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let models = try Fetcher(try FetcherConfiguration(arguments)).models()
    console.output.write(arguments.has(.json) ? lines(models) : text(models))
    return .done
  }

  static func text(_ models: [ModelSummary]) -> String {
    var table = Table(heading: ["NAME", "ALIASES", "SIZE", "CACHED"], rightAligned: [2])
    table.rows = models.map { model in
      [
        model.name, model.aliases.joined(separator: ", "), model.bytes.map(Quantity.bytes) ?? "–",
        model.isCached ? "yes" : "no",
      ]
    }
    return table.text
  }

  static func lines(_ models: [ModelSummary]) -> String {
    models.map { model in
      JSON.object([
        ("name", .string(model.name)), ("aliases", .array(model.aliases.map { .string($0) })),
        ("description", model.description.map { .string($0) }), ("source", .string(model.source)),
        ("bytes", model.bytes.map { .integer($0) }), ("cached", .bool(model.isCached)),
      ]).text + "\n"
    }.joined()
  }
}

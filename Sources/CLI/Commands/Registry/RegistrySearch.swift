import LFSFetch

/// `lfsfetch registry search WORD`: finds models by what the registry says of them.
enum RegistrySearch {
  static let specification = CommandSpecification(
    name: "registry search",
    summary: "Find models by a word",
    description: [
      "Lists the models and presets that have WORD, in any letter case, in their name, aliases, description, licence, "
        + "tags or source."
    ],
    operand: .init(placeholder: "WORD", count: .one, candidates: .none),
    options: [.registry, .cache, .json],
    examples: [.init(line: "lfsfetch registry search transcription", meaning: "Find models that transcribe.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let word = arguments.operands[0]
    let fetcher = try await Fetcher.withAllLayers(try FetcherConfiguration(arguments), progress: console.tell)
    let models = try fetcher.models(matching: word)
    let presets = fetcher.presets(matching: word)
    if models.isEmpty, presets.isEmpty {
      throw FetchError(.notFound, "the registry knows no model with `\(word)`", hint: "`lfsfetch list` shows all")
    }
    console.output.write(arguments.has(.json) ? List.lines(models, presets) : text(models, presets))
    return .done
  }

  static func text(_ models: [ModelSummary], _ presets: [PresetSummary]) -> String {
    var table = Table(heading: ["NAME", "TAGS", "DESCRIPTION"])
    table.rows =
      models.map { [$0.name, $0.tags.joined(separator: ", "), $0.description ?? ""] }
      + presets.map { [$0.name, "preset", $0.description ?? $0.models.joined(separator: ", ")] }
    return table.text
  }
}

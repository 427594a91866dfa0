import LFSFetch
import Text

/// `lfsfetch registry update [NAME]`: moves the pinned revisions of a registry file.
enum RegistryUpdate {
  static let specification = CommandSpecification(
    name: "registry update",
    summary: "Move the pinned revisions of a registry",
    description: [
      "Asks the repositories where their branches are now, and other sources what they have now, and writes commits, "
        + "hashes and sizes into the registry file: of the model NAME, or of all that follow something. A file whose hash "
        + "its source does not tell is downloaded where the entry has one. What changed stands on stdout. Layers of the "
        + "registry that are not pinned are fetched anew."
    ],
    operand: .init(placeholder: "NAME", count: .zeroOrOne, candidates: .models),
    options: [.registryToChange, .retries, .timeout, .cache, .json, .quiet],
    examples: [.init(line: "lfsfetch registry update kitchen", meaning: "Take the newest commit of its branch.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let change = RegistryChanging(arguments, console)
    let file = try change.file
    let results = try await change.fetcher(refreshingLayers: true).updateModels(arguments.operands.first, in: file)
    var unchanged = 0
    for result in results {
      switch result {
      case .success(let update) where arguments.has(.json): console.output.writeLine(RegistryChanging.line(update))
      case .success(let update) where update.isChange: console.output.write(text(update))
      case .success: unchanged += 1
      case .failure(let error): console.report(error)
      }
    }
    if unchanged > 0 { change.say(unchanged == 1 ? "1 model is up to date" : "\(unchanged) models are up to date") }
    if results.isEmpty { change.say("no model in `\(file.escapingControls)` follows anything") }
    return ExitStatus(of: results)
  }

  static func text(_ change: RegistryChange) -> String {
    let previous = change.previous.map { $0.count == 40 ? String($0.prefix(8)) : $0 } ?? "not pinned"
    let lists = [("new", change.added), ("changed", change.changed), ("gone", change.removed)]
    let state =
      change.commit == nil ? RegistryChanging.state(change) : "\(previous) → \(RegistryChanging.commit(change))"
    return "\(change.model): \(state)".escapingControls + "\n"
      + lists.flatMap { label, paths in paths.map { "  \(label): \($0)".escapingControls + "\n" } }.joined()
  }
}

import JSON
import LFSFetch
import Text

/// `lfsfetch registry remove NAME`: takes a model, a preset or an alias out of a registry file.
enum RegistryRemove {
  static let specification = CommandSpecification(
    name: "registry remove",
    summary: "Remove a model, a preset or an alias from a registry",
    description: [
      "Takes NAME out of the registry file; where NAME is an alias, only the alias. The files of the model stay in the "
        + "cache. Comments stay, too, except those within what is removed."
    ],
    operand: .init(placeholder: "NAME", count: .one, candidates: .models),
    options: [.registryToChange, .cache, .json, .quiet],
    examples: [.init(line: "lfsfetch registry remove kitchen", meaning: "Forget a model.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let change = RegistryChanging(arguments, console)
    let file = try change.file
    let removed = try await change.fetcher().removeFromRegistry(arguments.operands[0], in: file)
    if arguments.has(.json) {
      let facts: [(String, JSON?)] = [("removed", .string(arguments.operands[0])), ("registry", .string(file))]
      console.output.writeLine(JSON.object(facts).text)
    }
    change.say("removed \(removed.escapingControls) from `\(file.escapingControls)`")
    return .done
  }
}

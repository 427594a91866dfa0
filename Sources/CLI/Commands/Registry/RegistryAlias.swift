import JSON
import LFSFetch
import Text

/// `lfsfetch registry alias NAME ALIAS…`: gives a model more names.
enum RegistryAlias {
  static let specification = CommandSpecification(
    name: "registry alias",
    summary: "Give a model of a registry more names",
    description: [
      "From now on each ALIAS means the model NAME, too. `lfsfetch registry remove ALIAS` takes one away again."
    ],
    operand: .init(leading: "NAME", placeholder: "ALIAS", count: .oneOrMore, candidates: .models),
    options: [.registryToChange, .cache, .json, .quiet],
    examples: [.init(line: "lfsfetch registry alias kitchen k", meaning: "Let `k` mean `kitchen`.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let change = RegistryChanging(arguments, console)
    let file = try change.file
    let name = arguments.operands[0]
    let aliases = Array(arguments.operands.dropFirst())
    try await change.fetcher().addAliases(aliases, to: name, in: file)
    if arguments.has(.json) {
      let facts: [(String, JSON?)] = [
        ("model", .string(name)), ("aliases", .strings(aliases)), ("registry", .string(file)),
      ]
      console.output.writeLine(JSON.object(facts).text)
    }
    let list = aliases.map { "`\($0)`" }.joined(separator: ", ")
    change.say("\(list) \(aliases.count == 1 ? "means" : "mean") `\(name)` in `\(file)`".escapingControls)
    return .done
  }
}

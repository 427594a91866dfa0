import JSON
import LFSFetch
import Text

/// `lfsfetch registry show NAME`: what the registry says of a model, and which file says so.
enum RegistryShow {
  static let specification = CommandSpecification(
    name: "registry show",
    summary: "Print what a registry says of a model",
    description: [
      "Prints the entry of NAME, an alias of it, or a preset, as it would stand in a registry file. `--origin` prints a "
        + "line for each registry that has it instead, `FILE:LINE:COLUMN` and its kind; the first one counts."
    ],
    operand: .init(placeholder: "NAME", count: .one, candidates: .models),
    options: [.origin, .registry, .cache, .json],
    examples: [
      .init(line: "lfsfetch registry show --origin fast", meaning: "Tell who says what `fast` is.")
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let fetcher = try await Fetcher.withAllLayers(try FetcherConfiguration(arguments), progress: console.tell)
    let statements = try fetcher.statements(of: arguments.operands[0])
    if arguments.has(.json) {
      for statement in arguments.has(.origin) ? statements : Array(statements.prefix(1)) {
        console.output.writeLine(line(statement))
      }
    } else if arguments.has(.origin) {
      for statement in statements { console.output.writeLine(text(statement)) }
    } else if let first = statements.first {
      console.output.writeLine(first.text)
    }
    return .done
  }

  static func text(_ statement: RegistryStatement) -> String {
    "\(statement.file):\(statement.line):\(statement.column) (\(statement.layer))".escapingControls
  }

  static func line(_ statement: RegistryStatement) -> String {
    JSON.object([
      ("name", .string(statement.name)), ("registry", .string(statement.file)), ("kind", .string(statement.layer)),
      ("line", .integer(statement.line)), ("column", .integer(statement.column)),
      ("entry", (try? JSON.parse(Array(statement.text.utf8)))?[statement.name]),
    ]).text
  }
}

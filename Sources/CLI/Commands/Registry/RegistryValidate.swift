import JSON
import LFSFetch
import Text

/// `lfsfetch registry validate [FILE…]`: tells what is wrong with registry files.
enum RegistryValidate {
  static let specification = CommandSpecification(
    name: "registry validate",
    summary: "Check registries for faults",
    description: [
      "Reads each FILE, or all registries that count here, and tells every fault with file, line and column. The exit "
        + "status is then 2."
    ],
    operand: .init(placeholder: "FILE", count: .zeroOrMore, candidates: .paths),
    options: [.registry, .cache, .json, .quiet],
    examples: [.init(line: "lfsfetch registry validate models.json", meaning: "Check one file.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let checks = try await Fetcher.checkRegistry(arguments.operands, try FetcherConfiguration(arguments))
    for check in checks {
      if arguments.has(.json) { console.output.writeLine(line(check)) }
      if let error = check.error {
        console.report(error)
      } else if !arguments.has(.quiet) {
        console.errors.writeLine(text(check))
      }
    }
    return checks.allSatisfy { $0.error == nil } ? .done : .usage
  }

  static func text(_ check: RegistryCheck) -> String {
    let presets = check.presets == 0 ? "" : ", " + (check.presets == 1 ? "1 preset" : "\(check.presets) presets")
    return
      "\(check.file.escapingControls): no fault; \(check.models == 1 ? "1 model" : "\(check.models) models")\(presets)"
  }

  static func line(_ check: RegistryCheck) -> String {
    JSON.object([
      ("registry", .string(check.file)), ("models", .integer(check.models)), ("presets", .integer(check.presets)),
      ("faults", .strings(check.error?.causes ?? [])),
    ]).text
  }
}

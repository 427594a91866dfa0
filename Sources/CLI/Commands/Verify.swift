import JSON
import LFSFetch
import Text

/// `lfsfetch verify [NAME…]`: hashes what the cache holds again, and tells what is damaged.
enum Verify {
  static let specification = CommandSpecification(
    name: "verify",
    summary: "Check what the cache holds",
    description: [
      "Reads the objects of the models, or of the whole cache when no NAME is given, and compares their SHA-256 with "
        + "the one they are known by. A damaged object stands on stdout, and the exit status is then 6. Asks no host."
    ],
    operand: .init(placeholder: "NAME", count: .zeroOrMore, candidates: .models),
    options: [.registry, .cache, .json],
    examples: [.init(line: "lfsfetch verify fast", meaning: "Check the objects of one model.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var requests: [ModelRequest] = []
    for name in arguments.operands { requests.append(try ModelRequest(name)) }
    let fetcher = try Fetcher(try FetcherConfiguration(arguments))
    let report = try await fetcher.verify(requests.isEmpty ? nil : requests)
    if arguments.has(.json) {
      console.output.writeLine(line(report))
    } else {
      console.output.write(text(report))
      console.errors.writeLine(summary(report))
    }
    return report.damaged.isEmpty ? .done : .integrity
  }

  /// The data: a line for each damaged object.
  static func text(_ report: VerifyReport) -> String {
    report.damaged.map { damage in
      let names = damage.names.isEmpty ? "" : " (" + damage.names.joined(separator: ", ") + ")"
      return "damaged: sha256:\(damage.object)\(names): \(damage.reason)".escapingControls + "\n"
    }.joined()
  }

  static func summary(_ report: VerifyReport) -> String {
    let objects = report.checked == 1 ? "1 object" : "\(report.checked) objects"
    let verdict = report.damaged.isEmpty ? "all sound" : "\(report.damaged.count) damaged"
    return "checked \(objects), \(Quantity.bytes(report.bytes)): \(verdict)"
  }

  static func line(_ report: VerifyReport) -> String {
    let damaged = report.damaged.map { damage in
      JSON.object([
        ("object", .string(damage.object)), ("names", .array(damage.names.map { .string($0) })),
        ("reason", .string(damage.reason)),
      ])
    }
    return JSON.object([
      ("checked", .integer(report.checked)), ("bytes", .integer(report.bytes)), ("damaged", .array(damaged)),
    ]).text
  }
}

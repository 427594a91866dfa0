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
        + "the one they are known by. A damaged object stands on stdout, and the exit status is then 6. Asks no host, "
        + "except for `--repair`."
    ],
    operand: .init(placeholder: "NAME", count: .zeroOrMore, candidates: .models),
    options: [.repair, .registry, .cache, .json],
    examples: [
      .init(line: "lfsfetch verify fast", meaning: "Check the objects of one model."),
      .init(line: "lfsfetch verify --repair", meaning: "Check everything, and mend what is damaged."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var requests: [ModelRequest] = []
    for name in arguments.operands { requests.append(try ModelRequest(name)) }
    let fetcher = try await Fetcher.withAllLayers(
      try FetcherConfiguration(arguments).asking(on: console), progress: console.tell)
    let names = requests.isEmpty ? nil : requests
    var report = try await fetcher.verify(names)
    if arguments.has(.repair) { report = try await fetcher.repair(report, of: names) }
    if arguments.has(.json) {
      console.output.writeLine(line(report))
    } else {
      console.output.write(text(report))
      for failure in report.damaged.compactMap(\.failure) { console.report(failure) }
      console.errors.writeLine(summary(report))
    }
    return report.damaged.allSatisfy(\.isRepaired) ? .done : .integrity
  }

  /// The data: a line for each damaged object.
  static func text(_ report: VerifyReport) -> String {
    report.damaged.map { damage in
      let names = damage.names.isEmpty ? "" : " (" + damage.names.joined(separator: ", ") + ")"
      return "\(damage.isRepaired ? "repaired" : "damaged"): sha256:\(damage.object)\(names): \(damage.reason)"
        .escapingControls + "\n"
    }.joined()
  }

  static func summary(_ report: VerifyReport) -> String {
    let files = report.checked == 1 ? "1 file" : "\(report.checked) files"
    let repaired = report.damaged.count(where: \.isRepaired)
    let left = report.damaged.count - repaired
    var verdict = left == 0 ? "all sound" : "\(left) damaged"
    if repaired > 0 { verdict += ", \(repaired) repaired" }
    return "checked \(files), \(Quantity.bytes(report.bytes)): \(verdict)"
  }

  static func line(_ report: VerifyReport) -> String {
    let damaged = report.damaged.map { damage in
      JSON.object([
        ("object", .string(damage.object)), ("names", .array(damage.names.map { .string($0) })),
        ("reason", .string(damage.reason)), ("repaired", damage.isRepaired ? .bool(true) : nil),
        ("error", damage.failure.map(EventLine.json)),
      ])
    }
    return JSON.object([
      ("checked", .integer(report.checked)), ("bytes", .integer(report.bytes)), ("damaged", .array(damaged)),
    ]).text
  }
}

import JSON
import LFSFetch
import Text

/// `lfsfetch info NAME`: all that the registry and the cache know of a model.
enum Info {
  static let specification = CommandSpecification(
    name: "info",
    summary: "Print all that is known of a model",
    description: ["Prints what the registry says of the model and where it is in the cache. Asks no host."],
    operand: .init(placeholder: "NAME", count: .one, candidates: .models),
    options: [.registry, .cache, .json],
    examples: [.init(line: "lfsfetch info fast", meaning: "Print the source, revision and files of a model.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let details = try Fetcher(try FetcherConfiguration(arguments)).info(arguments.operands[0])
    console.output.write(arguments.has(.json) ? line(details) : text(details))
    return .done
  }

  static func text(_ details: ModelDetails) -> String {
    let objects = details.objects.map { object in
      (object.size.map { Quantity.bytes($0) + "  " } ?? "") + "sha256:\(object.oid)  \(object.path)"
    }
    let facts: [(label: String, values: [String])] = [
      ("name", [details.name]),
      ("aliases", details.aliases.isEmpty ? [] : [details.aliases.joined(separator: ", ")]),
      ("description", details.description.map { [$0] } ?? []),
      ("licence", details.licence.map { [$0] } ?? []),
      ("homepage", details.homepage.map { [$0] } ?? []),
      ("source", [details.source]),
      ("revision", details.revision.map { [$0] } ?? []),
      ("branch", details.branch.map { [$0] } ?? []),
      ("files", details.files),
      ("main", details.main.map { [$0] } ?? []),
      ("objects", objects),
      ("mirrors", details.mirrors),
      ("cached", [details.cachedPath ?? "no"]),
    ]
    return facts.flatMap { fact in
      fact.values.enumerated().map { index, value in
        DisplayText.padded(index == 0 ? fact.label : "", to: 13) + value.escapingControls + "\n"
      }
    }.joined()
  }

  static func line(_ details: ModelDetails) -> String {
    let objects = details.objects.map { object in
      JSON.object([
        ("path", .string(object.path)), ("oid", .string(object.oid)), ("bytes", object.size.map { .integer($0) }),
      ])
    }
    return JSON.object([
      ("name", .string(details.name)), ("aliases", strings(details.aliases)),
      ("description", details.description.map { .string($0) }), ("licence", details.licence.map { .string($0) }),
      ("homepage", details.homepage.map { .string($0) }), ("source", .string(details.source)),
      ("revision", details.revision.map { .string($0) }), ("branch", details.branch.map { .string($0) }),
      ("files", strings(details.files)), ("main", details.main.map { .string($0) }), ("objects", .array(objects)),
      ("mirrors", strings(details.mirrors)), ("path", details.cachedPath.map { .string($0) }),
    ]).text + "\n"
  }

  private static func strings(_ values: [String]) -> JSON {
    .array(values.map { .string($0) })
  }
}

import JSON
import LFSFetch

/// `lfsfetch track`: gives patterns to LFS, or lists those that are.
enum Track {
  static let specification = CommandSpecification(
    name: "track",
    summary: "Give patterns to LFS, or list those that are",
    description: [
      "Writes each PATTERN into the `.gitattributes` of the working directory, with what makes git give the files to "
        + "LFS, and makes git look again at files that fit. Without PATTERN it lists what is tracked, by every "
        + "`.gitattributes` of the work tree."
    ],
    operand: .init(placeholder: "PATTERN", count: .zeroOrMore, candidates: .paths),
    options: [
      .fileName, .lockable, .notLockable, .noModify, .noExcluded, .trackDryRun, .verbose, .scopeJSON, .cache,
    ],
    examples: [.init(line: "lfsfetch track '*.safetensors'", meaning: "All files with that ending.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    guard !arguments.has(.lockable) || !arguments.has(.notLockable) else {
      throw FetchError(.usage, "`--lockable` and `--not-lockable` exclude each other")
    }
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    guard !arguments.operands.isEmpty else { return try list(repository, arguments, console) }
    var attributes = try repository.readAttributes()
    let isLockable: Bool? = arguments.has(.lockable) ? true : arguments.has(.notLockable) ? false : nil
    var touched: [[UInt8]] = []
    for pattern in arguments.operands {
      let written = AttributesFile.written(pattern, isName: arguments.has(.fileName))
      if !arguments.has(.noModify) {
        guard attributes.track(written, isLockable: isLockable) != .none else {
          console.printPath("\"\(pattern)\" already supported")
          continue
        }
      }
      console.printPath("Tracking \"\(AttributesFile.shown(written))\"")
      let files = try repository.knownFiles(fitting: pattern).filter { !$0.elementsEqual(".gitattributes".utf8) }
      if arguments.has(.verbose) || arguments.has(.trackDryRun) {
        console.printPath("Searching for files matching pattern: \(written)")
        console.printPath("Found \(files.count) files previously added to Git matching pattern: \(written)")
        for file in files { console.printPath("Touching \"\(String(decoding: file, as: UTF8.self))\"") }
      }
      touched += files
    }
    guard !arguments.has(.trackDryRun) else { return .done }
    if !arguments.has(.noModify) { try repository.write(attributes) }
    try repository.touch(touched)
    return .done
  }

  private static func list(
    _ repository: LFSRepository, _ arguments: Arguments, _ console: Console
  ) throws(FetchError) -> ExitStatus {
    let patterns = try repository.trackedPatterns().filter { $0.pattern.isTracked || !arguments.has(.noExcluded) }
    if arguments.has(.scopeJSON) {
      let list = patterns.map { found in
        JSON.object([
          ("pattern", .string(found.path)), ("source", .string(found.source)),
          ("lockable", .bool(found.pattern.isLockable)), ("tracked", .bool(found.pattern.isTracked)),
        ])
      }
      console.output.writeLine(JSON.object([("patterns", .array(list))]).text)
      return .done
    }
    for (heading, isTracked) in [("Listing tracked patterns", true), ("Listing excluded patterns", false)] {
      let part = patterns.filter { $0.pattern.isTracked == isTracked }
      guard !part.isEmpty else { continue }
      console.output.writeLine(heading)
      for found in part {
        console.printPath("    \(found.path)\(found.pattern.isLockable ? " [lockable]" : "") (\(found.source))")
      }
    }
    return .done
  }
}

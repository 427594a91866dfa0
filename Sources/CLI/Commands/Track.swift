import JSON
import LFSFetch
import Text

/// `lfsfetch track`: gives patterns to LFS, or lists those that are.
enum Track {
  static let specification = CommandSpecification(
    name: "track",
    summary: "Give patterns to LFS, or list those that are",
    description: [
      "Writes each PATTERN into the `.gitattributes` of the working directory, with what makes git give the files to "
        + "LFS, and makes git look again at files that fit. Without PATTERN it lists what is tracked, by every "
        + "`.gitattributes` of the work tree, `info/attributes`, and the files of the user and of the machine."
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
    if arguments.has(.scopeJSON), !arguments.operands.isEmpty {
      throw FetchError(.usage, "`--json` and a PATTERN exclude each other")
        .inGitLFS("--json option can't be combined with arguments")
    }
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    if console.program == .gitLFS {
      try repository.placeInWorkTree()
      repository.setUpForGitLFS(installingHooks: !LFSSettings.tracksWithoutHooks)
    }
    guard !arguments.operands.isEmpty else { return try list(repository, arguments, console) }
    let isLockable: Bool? = arguments.has(.lockable) ? true : arguments.has(.notLockable) ? false : nil
    var attributes = try repository.readAttributes()
    var touched: [[UInt8]] = []
    for pattern in arguments.operands {
      // git-lfs takes the separator of Windows for one everywhere.
      let pattern = console.program == .gitLFS ? pattern.replacingBytes("\\", with: "/") : pattern
      let written = AttributesFile.written(pattern, isName: arguments.has(.fileName))
      let shown = AttributesFile.shown(written)
      if !arguments.has(.noModify), try repository.isTracked(written, isLockable: isLockable) {
        console.printPath("\"\(shown)\" already supported")
        continue
      }
      let files = try await repository.knownFiles(fitting: written)
      if let file = files.first(where: isOfGit) {
        let name = String(decoding: file, as: UTF8.self)
        console.printPath(
          "Pattern '\(shown)' matches forbidden file '\(name)'. If you would like to track \(name), modify "
            + "'.gitattributes' manually.")
        continue
      }
      if !arguments.has(.noModify) { attributes.track(written, isLockable: isLockable) }
      console.printPath("Tracking \"\(shown)\"")
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
    if let isLockable { try repository.setWritable(!isLockable, touched) }
    return .done
  }

  /// Files by which git or git-lfs is configured: their content must not be a pointer.
  private static func isOfGit(_ path: [UInt8]) -> Bool {
    let name = String(decoding: path, as: UTF8.self).words(at: "/").last ?? ""
    return name.begins(with: ".git") || name.begins(with: ".lfs")
  }

  private static func list(
    _ repository: LFSRepository, _ arguments: Arguments, _ console: Console
  ) throws(FetchError) -> ExitStatus {
    let patterns = try repository.trackedPatterns()
    if arguments.has(.scopeJSON) {
      let list = patterns.map { found in
        JSON.object([
          ("pattern", .string(found.path)), ("source", .string(found.source)),
          ("lockable", .bool(found.pattern.isLockable)), ("tracked", .bool(found.pattern.isTracked)),
        ])
      }
      console.output.writeLine(JSON.object([("patterns", .array(list))]).spacedOut)
      return .done
    }
    guard !patterns.isEmpty else { return .done }
    let isListed = { (found: LFSRepository.TrackedPattern) in found.pattern.isTracked || found.pattern.isLockable }
    console.output.writeLine("Listing tracked patterns")
    for found in patterns where isListed(found) {
      console.printPath("    \(found.path)\(found.pattern.isLockable ? " [lockable]" : "") (\(found.source))")
    }
    guard !arguments.has(.noExcluded) else { return .done }
    console.output.writeLine("Listing excluded patterns")
    for found in patterns where !isListed(found) { console.printPath("    \(found.path) (\(found.source))") }
    return .done
  }
}

import JSON
import LFSFetch
import Text

/// `lfsfetch ls-files`: the LFS files of a repository.
enum LSFiles {
  static let specification = CommandSpecification(
    name: "ls-files",
    summary: "List the LFS files of a repository",
    description: [
      "Prints a line for each LFS file: the beginning of its object's id, `*` when the work tree has its content and `-` "
        + "when not, and its path. Without REF the files of the commit that is checked out and of the index are meant; "
        + "with two, those that the second has brought since the first."
    ],
    operand: .init(placeholder: "REF", count: .zeroOrMore, candidates: .none),
    options: [.long, .size, .nameOnly, .debug, .everyVersion, .deleted, .lfsInclude, .lfsExclude, .scopeJSON, .cache],
    examples: [.init(line: "lfsfetch ls-files --long --size", meaning: "Whole ids, and sizes.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let scope = try scope(arguments, isForGitLFS: console.program == .gitLFS)
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    let selection = repository.settings.selection(
      include: arguments.value(of: .lfsInclude) ?? "", exclude: arguments.value(of: .lfsExclude) ?? "")
    let files = try await repository.list(scope, selection)
    if arguments.has(.scopeJSON) {
      console.output.writeLine(json(files, isForGitLFS: console.program == .gitLFS))
    } else if arguments.has(.debug) {
      for file in files { console.output.write(details(file) + "\n") }
    } else {
      for file in files { console.printPath(line(file, arguments)) }
    }
    return .done
  }

  private static func scope(_ arguments: Arguments, isForGitLFS: Bool) throws(FetchError) -> ListingScope {
    // git-lfs takes further words, and does nothing with them.
    let references = isForGitLFS ? Array(arguments.operands.prefix(2)) : arguments.operands
    if arguments.has(.everyVersion) {
      guard references.isEmpty else {
        throw FetchError(.usage, "`--all` and a REF exclude each other")
          .inGitLFS("Cannot use --all with explicit reference")
      }
      return .all
    }
    if references == ["--all"] {
      throw FetchError(.usage, "`--all` is no REF", hint: "options stand before `--`: `lfsfetch ls-files --all --`")
        .inGitLFS("Did you mean `git lfs ls-files --all --` ?")
    }
    guard references.count <= (arguments.has(.deleted) ? 1 : 2) else {
      throw FetchError(.usage, "`lfsfetch ls-files` takes at most two REFs, and one with `--deleted`")
    }
    if arguments.has(.deleted) { return .everInHistory(references.first) }
    if references.count == 2 { return .between(references[0], references[1]) }
    return references.first.map { .commit($0) } ?? .present
  }

  /// The name is that of the file to the byte, for scripts.
  static func line(_ listed: ListedFile, _ arguments: Arguments) -> [UInt8] {
    let pointer = listed.file.pointer
    let id = arguments.has(.long) ? pointer.oid.hex : String(pointer.oid.hex.prefix(10))
    let before = arguments.has(.nameOnly) ? "" : "\(id) \(listed.isCheckedOut ? "*" : "-") "
    let size = arguments.has(.size) ? " (\(Quantity.lfs(pointer.size)))" : ""
    return Array(before.utf8) + listed.file.path + Array(size.utf8)
  }

  static func details(_ listed: ListedFile) -> String {
    let pointer = listed.file.pointer
    return """
      filepath: \(listed.file.name.escapingControls)
          size: \(pointer.size)
      checkout: \(listed.isCheckedOut)
      download: \(listed.isDownloaded)
           oid: sha256 \(pointer.oid)
       version: https://git-lfs.github.com/spec/v1

      """
  }

  /// git-lfs says `null` for no files.
  static func json(_ files: [ListedFile], isForGitLFS: Bool) -> String {
    let list = files.map { listed in
      JSON.object([
        ("name", .string(listed.file.name)), ("size", .integer(listed.file.pointer.size)),
        ("checkout", .bool(listed.isCheckedOut)), ("downloaded", .bool(listed.isDownloaded)),
        ("oid_type", .string("sha256")), ("oid", .string(listed.file.pointer.oid.hex)),
        ("version", .string("https://git-lfs.github.com/spec/v1")),
      ])
    }
    return JSON.object([("files", isForGitLFS && files.isEmpty ? .null : .array(list))]).spacedOut
  }
}

import LFSFetch
import Text

/// `lfsfetch fsck`: whether the LFS files of a commit are here and sound.
enum Fsck {
  static let specification = CommandSpecification(
    name: "fsck",
    summary: "Check the LFS files of a commit",
    description: [
      "Reads the objects of REV, or of the commit that is checked out and of the index, and compares their SHA-256 with "
        + "their ids; and checks that files that the attributes want as pointers are such, in canonical form. Each flaw "
        + "is a line on stdout, and the exit status is then 1. REV may be a range `A..B`.",
      "Corrupt objects are moved to `.git/lfs/bad`. With `--repair` they are fetched again instead, of large ones only "
        + "the parts that are bad, and missing ones, too.",
    ],
    operand: .init(placeholder: "REV", count: .zeroOrMore, candidates: .none),
    options: [.objects, .pointers, .repairObjects, .checkOnly, .cache],
    examples: [.init(line: "lfsfetch fsck --repair", meaning: "Check, and fetch what is damaged or missing.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    guard arguments.operands.count < 2 else {
      throw FetchError(.usage, "`lfsfetch fsck` takes one REV, but got \(arguments.operands.count)")
    }
    if arguments.has(.repairObjects), arguments.has(.checkOnly) {
      throw FetchError(.usage, "`--repair` and `--dry-run` exclude each other")
    }
    let repository = try await LFSRepository(FetcherConfiguration(arguments).asking(on: console))
    if console.program == .gitLFS { repository.setUpForGitLFS() }
    let revision = arguments.operands.first
    let checksAll = arguments.has(.objects) == arguments.has(.pointers)
    var isSound = true
    if checksAll || arguments.has(.objects) {
      isSound = try await checkObjects(of: repository, revision, arguments, console)
    }
    if checksAll || arguments.has(.pointers) {
      for flaw in try await repository.flawedPointers(at: revision) {
        isSound = false
        switch flaw.kind {
        case .noPointer(let treeish):
          console.printPath(
            "pointer: unexpectedGitObject: \"\(flaw.file)\" (treeish \(treeish)) should have been a pointer but was not"
          )
        default:
          console.printPath(
            "pointer: nonCanonicalPointer: Pointer for \(flaw.file) (blob \(flaw.id)) was not canonical")
        }
      }
    }
    if isSound { console.output.writeLine("Git LFS fsck OK") }
    return isSound ? .done : .failed
  }

  /// Whether all objects are sound, or have been repaired.
  private static func checkObjects(
    of repository: LFSRepository, _ revision: String?, _ arguments: Arguments, _ console: Console
  ) async throws(FetchError) -> Bool {
    let flaws = try await repository.flawedObjects(at: revision).sorted {
      $0.key.path.lexicographicallyPrecedes($1.key.path)
    }
    guard !flaws.isEmpty else { return true }
    for (file, kind) in flaws {
      let object = "\(file.name) (\(file.pointer.oid))"
      console.printPath(
        kind == .corrupt
          ? "objects: corruptObject: \(object) is corrupt"
          : "objects: openError: \(object) could not be checked: no such file or directory")
    }
    if arguments.has(.checkOnly) { return false }
    guard arguments.has(.repairObjects) else {
      console.printPath("objects: repair: moving corrupt objects to \(repository.badFolder)")
      try await repository.setAside(flaws.filter { $0.value == .corrupt }.map(\.key.pointer.oid))
      return false
    }
    let obtained = try await repository.repair(flaws.map(\.key))
    for (file, _) in flaws where obtained.failures[file.pointer.oid] == nil {
      console.printPath("objects: repaired: \(file.name) (\(file.pointer.oid))")
    }
    let failures = flaws.compactMap { obtained.failures[$0.key.pointer.oid] }
    for error in FetchError.combined(failures) { console.report(error) }
    return obtained.failures.isEmpty
  }
}

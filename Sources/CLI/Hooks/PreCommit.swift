import LFSFetch

/// The hook `pre-commit`: refuses to commit pointers that nobody could use, and large files without LFS.
enum PreCommit {
  /// `paths` are looked at whether they are changed or not; none is what the commit would change.
  static func run(_ paths: [String], _ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus
  {
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    let flaws = try await repository.stagedFlaws(of: paths)
    let forgotten = flaws.filter { $0.kind == .attributesNotStaged }.map(\.name)
    if !forgotten.isEmpty {
      console.warn(
        "the commit has pointers, but not the attributes that make LFS replace them: \(NameList.text(forgotten)); "
          + "`git add .gitattributes` stages those of the work tree")
    }
    let problems = problems(flaws)
    for problem in problems { console.report(problem) }
    return problems.isEmpty ? .done : .failed
  }

  /// One error for each kind of flaw, since each has a way out of its own.
  static func problems(_ flaws: [LFSRepository.StagedFlaw]) -> [FetchError] {
    var (contents, malformed, notCanonical, large): ([String], [String], [String], [String]) = ([], [], [], [])
    for flaw in flaws {
      switch flaw.kind {
      case .content(let size): contents.append("`\(flaw.name)`, \(Quantity.bytes(size))")
      case .malformed(let reason): malformed.append("`\(flaw.name)`: \(reason)")
      case .notCanonical: notCanonical.append("`\(flaw.name)`")
      case .large(let size, let limit):
        large.append("`\(flaw.name)`, \(Quantity.bytes(size)); \(limit.text) is allowed")
      case .attributesNotStaged: break
      }
    }
    return [
      problem(
        "staged with the content itself, though attributes give it to LFS", contents,
        hint: "`lfsfetch install` makes git use LFS; then `git add --renormalize FILE` stages the pointer"),
      problem(
        "staged as a broken pointer", malformed,
        hint: "put the content in place and `git add` it; a file that only looks like a pointer may have the attribute "
          + "`-filter`"),
      problem(
        "staged as a pointer that is not in the canonical form", notCanonical,
        hint: "`lfsfetch pull` puts the content in place; then `git add --renormalize FILE` writes the pointer anew"),
      problem(
        "staged without LFS, and too large for that", large,
        hint:
          "`lfsfetch track FILE`, then `git add .gitattributes FILE`; a file that is to stay without LFS may have the "
          + "attribute `-\(LargeFileLimit.attribute)`"),
    ].compactMap { $0 }
  }

  private static func problem(_ what: String, _ files: [String], hint: String) -> FetchError? {
    guard !files.isEmpty else { return nil }
    let shown = 20
    let rest = files.count > shown ? ["\(files.count - shown) more"] : []
    return FetchError(
      .integrity, "\(NameList.files(files.count)) \(what)", causes: files.prefix(shown) + rest, hint: hint)
  }
}

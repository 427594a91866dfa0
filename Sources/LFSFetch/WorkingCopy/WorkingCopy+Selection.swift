import Files
import Git
import Text

/// The selection of a working copy, kept in three places: the index, git's sparse patterns, and `lfs.fetchexclude`.
extension WorkingCopy {
  /// Writes the changes into all three. `edit` adds to the patterns.
  func change(
    _ changes: [WorkTreeIndex.Change], edit: (inout SparsePatterns, Set<[UInt8]>) -> Void
  ) async throws(FetchError) {
    let selected = Dictionary(changes.map { ($0.path, !$0.isSkipped) }) { $1 }
    let user = try fetcher.network.parts().config
    let configured = ConfiguredFetch(user: user, lfsconfig: try await lfsconfig()).exclude
    let paths = index.entries.filter { $0.stage == 0 }.map { ($0.path, selected[$0.path] ?? !$0.isSkipped) }
    do throws(GitError) {
      try changePatterns(edit)
      try WorkTreeIndex.change(changes, in: location.indexFile)
      try changeExclusion(to: FetchExclusion(paths: paths, configured: configured).value, user)
    } catch { throw FetchError(workingCopy: error) }
  }

  /// What the user has set in the clone stays.
  private func changeExclusion(to value: String, _ user: GitConfig) throws(GitError) {
    let name = FetchExclusion.name
    let present = location.config.all(name)
    let isOwn = present.count > user.all(name).count
    if isOwn, let last = present.last, FetchExclusion.mark(of: last) != location.config.string(FetchExclusion.markName)
    {
      return
    }
    guard isOwn || !value.isEmpty, present.last != value || !isOwn else { return }
    try location.set(name, to: value.isEmpty ? nil : value)
    try location.set(FetchExclusion.markName, to: value.isEmpty ? nil : FetchExclusion.mark(of: value))
  }

  private func changePatterns(_ edit: (inout SparsePatterns, Set<[UInt8]>) -> Void) throws(GitError) {
    let isSparse = try location.config.bool("core.sparseCheckout") == true
    do throws(FileError) {
      var patterns = SparsePatterns(lines: ["/*"])
      if isSparse {
        let text = String(decoding: try readFile(location.sparsePatternsFile), as: UTF8.self)
        patterns = SparsePatterns(lines: text.lines.map(String.init).filter { !$0.isEmpty })
      }
      let before = patterns
      edit(&patterns, Set(index.entries.map(\.path)))
      guard patterns != before else { return }
      if let folder = location.sparsePatternsFile.parentFolder { try Directory.create(folder) }
      let text = patterns.lines.map { $0 + "\n" }.joined()
      try replaceFile(location.sparsePatternsFile, with: Array(text.utf8))
    } catch {
      throw GitError(.disk, "cannot write the sparse patterns", cause: error.description)
    }
    guard !isSparse else { return }
    try location.set("core.sparseCheckout", to: "true")
    try location.set("core.sparseCheckoutCone", to: "false")
  }
}

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
      // The index first: while git holds it locked, the others must not say what it does not.
      try WorkTreeIndex.change(changes, in: repository.layout.indexFile)
      try changePatterns(edit)
      try changeExclusion(to: FetchExclusion(paths: paths, configured: configured).value, user)
    } catch { throw FetchError(repository: error) }
  }

  /// What the user has set in the clone stays.
  private func changeExclusion(to value: String, _ user: GitConfig) throws(GitError) {
    let name = FetchExclusion.name
    let present = repository.config.all(name)
    let isOwn = present.count > user.all(name).count
    if isOwn, let last = present.last,
      FetchExclusion.mark(of: last) != repository.config.string(FetchExclusion.markName)
    {
      return
    }
    guard isOwn || !value.isEmpty, present.last != value || !isOwn else { return }
    let file = try repository.workTreeConfig() ?? repository.commonConfig
    if value.isEmpty {
      try file.remove(name)
      try file.remove(FetchExclusion.markName)
    } else {
      try file.set(name, to: value)
      try file.set(FetchExclusion.markName, to: FetchExclusion.mark(of: value))
    }
  }

  private func changePatterns(_ edit: (inout SparsePatterns, Set<[UInt8]>) -> Void) throws(GitError) {
    let isSparse = try repository.config.bool("core.sparseCheckout") == true
    do throws(FileError) {
      // What stands there stays byte by byte: git's own patterns need not be UTF-8.
      var lines = isSparse ? try readFile(repository.layout.sparsePatternsFile) : Array("/*\n".utf8)
      if lines.last != UInt8(ascii: "\n"), !lines.isEmpty { lines.append(UInt8(ascii: "\n")) }
      var added = SparsePatterns(lines: [])
      edit(&added, Set(index.entries.map(\.path)))
      let text = Array(added.lines.map { $0 + "\n" }.joined().utf8)
      // Asked for again and again, the same is not noted again and again.
      guard !lines.suffix(text.count).elementsEqual(text) else { return }
      if let folder = repository.layout.sparsePatternsFile.parentFolder { try Directory.create(folder) }
      try replaceFile(repository.layout.sparsePatternsFile, with: lines + text)
    } catch {
      throw GitError(.disk, "cannot write the sparse patterns", cause: error.description)
    }
    guard !isSparse else { return }
    let file = try repository.workTreeConfig() ?? repository.commonConfig
    try file.set("core.sparseCheckout", to: "true")
    try file.set("core.sparseCheckoutCone", to: "false")
  }
}

import Files
import Git

/// The selection of a working copy, kept in three places: the index, git's sparse patterns, and `lfs.fetchexclude`.
extension WorkingCopy {
  /// Writes the changes into all three. `edit` adds to the patterns.
  func change(
    _ changes: [WorkTreeIndex.Change], edit: (inout SparsePatterns, Set<[UInt8]>) -> Void
  ) throws(FetchError) {
    let selected = Dictionary(changes.map { ($0.path, !$0.isSkipped) }) { $1 }
    do throws(GitError) {
      try changePatterns(edit)
      try WorkTreeIndex.change(changes, in: location.indexFile)
      // What the user has set there stays.
      let before = exclusion { !$0.isSkipped }.value
      let after = exclusion { selected[$0.path] ?? !$0.isSkipped }.value
      if (location.config.string("lfs.fetchexclude") ?? "") == before, before != after {
        try location.set("lfs.fetchexclude", to: after.isEmpty ? nil : after)
      }
    } catch { throw FetchError(workingCopy: error) }
  }

  private func exclusion(_ isSelected: (WorkTreeIndex.Entry) -> Bool) -> FetchExclusion {
    FetchExclusion(paths: index.entries.filter { $0.stage == 0 }.map { ($0.path, isSelected($0)) })
  }

  private func changePatterns(_ edit: (inout SparsePatterns, Set<[UInt8]>) -> Void) throws(GitError) {
    let isSparse = try location.config.bool("core.sparseCheckout") == true
    do throws(FileError) {
      var patterns = SparsePatterns(lines: ["/*"])
      if isSparse {
        let text = String(decoding: try readFile(location.sparsePatternsFile), as: UTF8.self)
        patterns = SparsePatterns(lines: text.split(separator: "\n").map(String.init))
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

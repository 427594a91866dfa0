import Files
import Git
import Text

/// Files of the commit that the disk of the work tree takes for one.
extension WorkingCopy {
  private var ignoresCase: Bool { (try? repository.config.bool("core.ignorecase")) == true }

  /// Of the files that are left out so far, those that the disk takes for another: one in the work tree, or one that is
  /// wanted, too. Who names such a file by its very path has to know that it cannot be had.
  func withoutRoom(
    among entries: [WorkTreeIndex.Entry], namedBy globs: [Glob], warn: (CaseClash) -> Void
  ) throws(FetchError) -> Set<[UInt8]> {
    guard ignoresCase else { return [] }
    let present = try paths(of: index.entries.filter { !$0.isSkipped && $0.stage == 0 })
    let wanted = try paths(of: entries.filter(\.isSkipped))
    let clashes = try writing { () throws(FileError) in
      try CaseClash.find(among: present + wanted, in: folder, present: Set(present))
    }
    let names = Set(globs.map { Array($0.pattern.utf8.drop { $0 == UInt8(ascii: "/") }) })
    var left: Set<[UInt8]> = []
    for clash in clashes {
      let others = clash.others.filter { wanted.contains($0) }
      if let named = others.first(where: { names.contains($0.bytes) }) {
        throw FetchError(
          .disk, "cannot put `\(named)` beside `\(clash.first)`", causes: ["this disk takes them for one file"],
          hint: "`lfsfetch drop` the one to have the other")
      }
      guard !others.isEmpty else { continue }
      warn(CaseClash(first: clash.first, others: others))
      left.formUnion(others.map(\.bytes))
    }
    return left
  }

  private func paths(of entries: [WorkTreeIndex.Entry]) throws(FetchError) -> [RepositoryPath] {
    do throws(GitError) { return try entries.map { entry throws(GitError) in try entry.safePath } } catch {
      throw FetchError(repository: error)
    }
  }
}

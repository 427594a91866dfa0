import Files
import Git
import Text

/// The selection of a working copy, kept in three places: the index, git's sparse patterns, and `lfs.fetchexclude`.
extension WorkingCopy {
  /// How git's sparse patterns become others.
  enum NewSelection {
    case cone(Cone)
    /// Added to those that are there.
    case patterns(SparsePatterns)
  }

  /// All that there are in the index: a pattern that is spelled like one of them means that one.
  var paths: Set<[UInt8]> { Set(index.entries.map(\.path)) }

  /// Writes the changes into all three.
  func change(
    _ changes: [WorkTreeIndex.Change], to selection: NewSelection
  ) async throws(FetchError) {
    let selected = Dictionary(changes.map { ($0.path, !$0.isSkipped) }) { $1 }
    let user = try fetcher.network.parts().config
    let configured = ConfiguredFetch(user: user, lfsconfig: try await lfsconfig()).exclude
    let paths = index.entries.filter { $0.stage == 0 }.map { ($0.path, selected[$0.path] ?? !$0.isSkipped) }
    do throws(GitError) {
      // The index first: while git holds it locked, the others must not say what it does not.
      try WorkTreeIndex.change(changes, of: gitIndex, in: repository.layout.indexFile)
      switch selection {
      case .cone(let cone): try write(cone)
      case .patterns(let added): try add(added)
      }
      try changeExclusion(to: FetchExclusion(paths: paths, configured: configured).value, user)
    } catch { throw FetchError(repository: error) }
  }

  /// What the user has set in the clone stays. So does a clone of git's own in cone mode without such a variable: with
  /// it, git-lfs would leave pointers where `git sparse-checkout` goes on.
  private func changeExclusion(to value: String, _ user: GitConfig) throws(GitError) {
    let name = FetchExclusion.name
    let present = repository.config.all(name)
    let isOwn = present.count > user.all(name).count
    if isOwn, let last = present.last,
      FetchExclusion.mark(of: last) != repository.config.string(FetchExclusion.markName)
    {
      return
    }
    guard isOwn || !value.isEmpty && cone == nil, present.last != value || !isOwn else { return }
    let file = try repository.workTreeConfig() ?? repository.commonConfig
    if value.isEmpty {
      try file.remove(name)
      try file.remove(FetchExclusion.markName)
    } else {
      try file.set(name, to: value)
      try file.set(FetchExclusion.markName, to: FetchExclusion.mark(of: value))
    }
  }

  private func write(_ cone: Cone) throws(GitError) {
    guard cone != self.cone else { return }
    try replacePatterns(with: cone.lines.flatMap { $0 + [newline] })
  }

  private func add(_ added: SparsePatterns) throws(GitError) {
    let isSparse = self.isSparse
    var lines = Array("/*\n".utf8)
    if isSparse {
      // What stands there stays byte by byte: git's own patterns need not be UTF-8.
      do throws(FileError) { lines = try readFile(repository.layout.sparsePatternsFile) } catch {
        throw .patterns(error)
      }
    }
    if lines.last != newline, !lines.isEmpty { lines.append(newline) }
    let text = Array(added.lines.map { $0 + "\n" }.joined().utf8)
    // Asked for again and again, the same is not noted again and again.
    guard !lines.suffix(text.count).elementsEqual(text) else { return }
    try replacePatterns(with: lines + text)
    guard !isSparse else { return }
    let file = try repository.workTreeConfig() ?? repository.commonConfig
    try file.set("core.sparseCheckout", to: "true")
    try file.set("core.sparseCheckoutCone", to: "false")
  }

  private func replacePatterns(with text: [UInt8]) throws(GitError) {
    let file = repository.layout.sparsePatternsFile
    do throws(FileError) {
      if let folder = file.parentFolder { try Directory.create(folder) }
      try replaceFile(file, with: text)
    } catch { throw .patterns(error) }
  }
}

private let newline = UInt8(ascii: "\n")

extension GitError {
  fileprivate static func patterns(_ error: FileError) -> GitError {
    GitError(.disk, "cannot write the sparse patterns", cause: error.description)
  }
}

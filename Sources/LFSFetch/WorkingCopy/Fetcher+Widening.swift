import Files
import Git
import Text

extension Fetcher {
  /// Puts more files of the commit into the work tree around the working directory, and the content in place of
  /// pointers. Returns how many files were written. Nothing is written when something is in the way of one.
  public func add(_ paths: [String]) async throws(FetchError) -> Int {
    let start = ContinuousClock.now
    try prepareCache()
    let copy = try await WorkingCopy(self)
    let (globs, entries) = try copy.entries(named: paths)
    let cone = try copy.cone.map { cone throws(FetchError) in try copy.cone(cone, with: globs, entries) }
    let tree = try await copy.workTree()
    let lacking = try copy.lacking(entries, and: cone, in: tree)
    let left = try copy.withoutRoom(among: lacking, namedBy: globs) { progress(.warning($0.warning)) }
    let candidates = lacking.filter { !left.contains($0.path) }
    let plan = try await copy.plan(candidates)
    for warning in plan.warnings { progress(.warning(warning)) }
    let files = try await copy.writable(plan, in: tree)
    for path in try copy.unclonedSubmodules(named: globs, among: entries, in: tree) {
      progress(
        .warning("`\(path)` is a submodule that was not cloned; `git submodule update --init \(path)` clones it"))
    }
    let run = try beginRun()
    let bytes = try await copy.bringObjects(of: plan)
    var changes: [WorkTreeIndex.Change] = []
    for file in files {
      if Task.isCancelled { throw .interruption }
      try await tree.put(file) { entry throws(FetchError) in try await copy.bytes(of: entry) }
      changes.append(.init(path: file.path.bytes, isSkipped: false, status: try tree.status(of: file)))
    }
    try await copy.change(changes, to: cone.map { .cone($0) } ?? .patterns(copy.patterns(with: globs)))
    try await end(run)
    progress(
      .finished(downloaded: bytes.downloaded, reused: bytes.reused, seconds: start.secondsAgo))
    return files.count
  }
}

extension WorkingCopy {
  var isSparse: Bool { (try? repository.config.bool("core.sparseCheckout")) == true }

  /// What selects these, too. Where nothing is left out, nothing has to be said.
  fileprivate func patterns(with globs: [Glob]) -> SparsePatterns {
    var patterns = SparsePatterns(lines: [])
    guard isSparse else { return patterns }
    let paths = self.paths
    for glob in globs { patterns.take(glob, paths: paths) }
    return patterns
  }

  /// The entries that are left out, or may be pointers, which are small; and what comes along into a cone.
  fileprivate func lacking(
    _ entries: [WorkTreeIndex.Entry], and cone: Cone?, in tree: WorkTreeFiles
  ) throws(FetchError) -> [WorkTreeIndex.Entry] {
    let named = Set(entries.map(\.path))
    var lacking = index.entries.filter { entry in
      cone?.contains(entry.path) == true && entry.isSkipped && entry.stage == 0 && !named.contains(entry.path)
    }
    for entry in entries {
      if entry.isSkipped {
        lacking.append(entry)
      } else if entry.mode == .regular || entry.mode == .executable, let path = try? entry.safePath {
        let status = try writing { () throws(FileError) in try tree.folder.status(of: path) }
        if let status, status.kind == .file, status.size < Pointer.sizeLimit, status.size > 0 { lacking.append(entry) }
      }
    }
    return lacking
  }

  /// The files of the plan that are to be written: those that are not there, those whose very pointer is there, and
  /// those that a run which was killed has written already.
  fileprivate func writable(
    _ plan: WorkTreePlan, in tree: WorkTreeFiles
  ) async throws(FetchError) -> [WorkTreePlan.File] {
    let skipped = Set(index.entries.filter { $0.isSkipped }.map(\.path))
    var files: [WorkTreePlan.File] = []
    for file in plan.files {
      let isThere = try writing { () throws(FileError) in try tree.folder.status(of: file.path) != nil }
      if !skipped.contains(file.path.bytes) {
        if case .object(let oid, _) = file.content, try pointer(at: file.path, in: tree)?.oid == oid {
          files.append(file)
        }
      } else if !isThere || file.content == .submodule {
        files.append(file)
      } else if case .object(let oid, _) = file.content, try pointer(at: file.path, in: tree)?.oid == oid {
        files.append(file)
      } else if try await isSame(file, in: tree) {
        files.append(file)
      } else {
        throw FetchError(
          .disk, "`\(file.path)` is in the way",
          causes: ["the work tree has a file of this name that git does not expect"],
          hint: "move it away and run the same command again")
      }
    }
    return files
  }

  private func isSame(_ file: WorkTreePlan.File, in tree: WorkTreeFiles) async throws(FetchError) -> Bool {
    let kind = try writing { () throws(FileError) in try tree.folder.status(of: file.path)?.kind }
    guard kind == (file.content == .symlink ? .symlink : .file) else { return false }
    return try await isInPlace(file, in: tree)
  }

  private func pointer(at path: RepositoryPath, in tree: WorkTreeFiles) throws(FetchError) -> Pointer? {
    try writing { () throws(FileError) -> Pointer? in
      guard let status = try tree.folder.status(of: path), status.kind == .file, status.size < Pointer.sizeLimit,
        let file = try tree.folder.open(path)
      else { return nil }
      return try? Pointer.parse(try file.readAll(limit: Pointer.sizeLimit))
    }
  }
}

extension WorkTreeIndex.Entry {
  var safePath: RepositoryPath {
    get throws(GitError) { try RepositoryPath(validating: path) }
  }
}

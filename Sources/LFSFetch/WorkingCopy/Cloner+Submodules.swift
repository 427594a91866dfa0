import Files
import Git
import Text

/// Submodules: each a clone whose git folder lies in that of the clone around it.
extension Cloner {
  /// How deep submodules may lie in one another: a repository can name itself.
  private static let maximumNesting = 20

  /// Makes the clones of the submodules among the files below `path`, but not of those for which there was no room beside
  /// another file: in their place may be a link that leads elsewhere. Returns them with their configuration's names,
  /// and the folders of all, those of theirs among them.
  func cloneSubmodules(
    of checkout: Checkout, below path: String, left: [WorkTreePlan.File], nesting: Int = 0
  ) async throws(FetchError) -> (modules: [Submodules.Module], folders: [String]) {
    let leftPaths = Set(left.map(\.path))
    let files = checkout.plan.files.filter { $0.content == .submodule && !leftPaths.contains($0.path) }
    guard request.recursesIntoSubmodules, !files.isEmpty else { return ([], []) }
    guard nesting < Self.maximumNesting else {
      throw FetchError(
        .integrity,
        "the submodules of `\(wanted.source.withoutCredentials.escapingControls)` lie more than "
          + "\(Self.maximumNesting) deep in one another", hint: "clone without `--recurse-submodules`")
    }
    let modules = try await submodules(of: checkout.tree)
    var cloned: [Submodules.Module] = []
    var folders: [String] = []
    for file in files {
      let module = try modules.module(at: file.path)
      if let other = cloned.first(where: { $0.clashes(with: module) }) {
        throw FetchError(
          .integrity, "the submodules `\(other.name)` and `\(module.name)` would lie in one another's git folder")
      }
      folders.append(file.path.string)
      folders += try await clone(module, at: file, below: path, nesting: nesting).map { file.path.string + "/" + $0 }
      cloned.append(module)
    }
    return (cloned, folders)
  }

  private func submodules(of tree: RemoteTree) async throws(FetchError) -> Submodules {
    guard let entry = tree.file(".gitmodules") else { return try Submodules(GitConfig(), source: wanted.source) }
    let config = try await reading(wanted.source) { () async throws(GitError) in
      try GitConfig(parsing: try await remote.content(of: entry), name: ".gitmodules")
    }
    return try Submodules(config, source: wanted.source)
  }

  private func clone(
    _ module: Submodules.Module, at file: WorkTreePlan.File, below path: String, nesting: Int
  ) async throws(FetchError) -> [String] {
    var request = request
    if let asGit = request.asGit {
      request.depth = asGit.depthOfSubmodules
      request.asGit = asGit.ofSubmodules
    }
    let gitFolder = folder.path + "/modules/" + module.name.string
    let files = path + "/" + file.path.string
    let cloner = try Cloner(
      fetcher, request, Wanted(submodule: module, commit: file.entry.id), gitFolder: gitFolder, settled: settled)
    let checkout = try await cloner.fetchHistory(try await cloner.names(), of: file.entry.id)
    for warning in checkout.plan.warnings { fetcher.progress(.warning(warning)) }
    _ = try await fetcher.bring(cloner.objects(of: checkout))
    try cloner.linkObjects(of: checkout)
    let left = try await cloner.writeFiles(of: checkout, below: files)
    let inner = try await cloner.cloneSubmodules(of: checkout, below: files, left: left, nesting: nesting + 1)
    try cloner.writeGitFolder(
      of: checkout, submodules: inner.modules, workTree: settled(files).relative(to: settled(gitFolder)))
    try writing { () throws(FileError) in
      try Folder(files).create(Array(".git".utf8), permissions: 0o666)
        .write(Array("gitdir: \(settled(gitFolder).relative(to: settled(files)))\n".utf8), at: 0)
    }
    try cloner.writeIndex(of: checkout, filesBelow: files, left: left)
    return inner.folders
  }
}

extension String {
  /// The way from one folder to another, both absolute.
  func relative(to folder: String) -> String {
    let own = words(at: "/")
    let other = folder.words(at: "/")
    let common = zip(own, other).prefix { $0.isSame(as: $1) }.count
    return (Array(repeating: "..", count: other.count - common) + own.dropFirst(common).map(String.init))
      .joined(separator: "/")
  }
}

import CGit2
import Files
import Text

/// The user's own repository, in which a command of the stand-in for git-lfs works: found as git finds it, read
/// through libgit2. Nothing in it is run: no hook, no filter, no helper that it names.
package actor WorkingRepository {
  private let executor = RepositoryExecutor()
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Where its parts are; every path absolute and without a slash at its end.
  package struct Layout: Sendable, Equatable {
    /// The folder of this work tree's HEAD and index.
    package let gitFolder: String
    /// The folder of objects and configuration, which all work trees of a repository share.
    package let commonFolder: String
    /// nil in a bare repository.
    package let workTree: String?
    package let indexFile: String
    /// The `objects` folders that the repository borrows from: of `--reference` clones, and of `clone --shared`.
    package let alternates: [String]

    package var sparsePatternsFile: String { gitFolder + "/info/sparse-checkout" }

    package func index() throws(GitError) -> GitIndex { try GitIndex(file: indexFile, sharedIn: gitFolder) }
  }

  package nonisolated let layout: Layout
  /// All of git's configuration as it holds here, without the repository's `.lfsconfig`.
  package nonisolated let config: GitConfig

  // Used by this actor only, which is what makes it safe; the initialiser is over before anybody else sees it.
  nonisolated(unsafe) let handle: Handle

  /// Finds the repository of the working directory, or the one that `GIT_DIR` names.
  package init(environment: (String) -> String? = processEnvironment) throws(GitError) {
    handle = try Self.open(environment)
    let repository = handle.pointer
    guard let gitFolder = git_repository_path(repository), let commonFolder = git_repository_commondir(repository)
    else { throw GitError(.repositoryNotFound, "the git repository has no folder") }
    let common = String(cString: commonFolder).withoutLastSlash
    let folder = String(cString: gitFolder).withoutLastSlash
    let workTree = git_repository_workdir(repository).map { String(cString: $0).withoutLastSlash }
    let base = Self.base(in: workTree)
    let borrowed = Self.borrowed(by: common + "/objects", base, environment)
    layout = Layout(
      gitFolder: folder, commonFolder: common, workTree: workTree,
      indexFile: environment("GIT_INDEX_FILE").map { $0.absolutePath(from: base) } ?? folder + "/index",
      alternates: (borrowed.listed + borrowed.others).map(\.absolutePath))
    config = try GitConfig.of(repository, layout, environment: environment)
    let objects = try Handle(.corrupt, "cannot open the objects of the repository", free: git_odb_free) {
      git_repository_odb(&$0, repository)
    }
    for path in borrowed.others {
      try Libgit2.check(
        git_odb_add_disk_alternate(objects.pointer, path), .corrupt,
        "cannot read the objects in `\(path.escapingControls)`")
    }
  }

  /// The configuration that all work trees share.
  package nonisolated var commonConfig: ConfigFile { ConfigFile(layout.commonFolder + "/config") }

  /// The configuration of this work tree alone; nil where work trees have none of their own.
  package nonisolated func workTreeConfig() throws(GitError) -> ConfigFile? {
    guard try config.bool("extensions.worktreeConfig") == true else { return nil }
    return ConfigFile(layout.gitFolder + "/config.worktree")
  }

  /// From where relative paths in git's variables lead: git goes to the top of the work tree before it uses them. So it
  /// names the index to a hook, which may go into another folder before it asks.
  private static func base(in workTree: String?) -> String {
    let here = ".".realPath
    guard let top = workTree?.realPath, here.rest(below: top) != nil else { return here }
    return top
  }

  private static func open(_ environment: (String) -> String?) throws(GitError) -> Handle {
    let named = environment("GIT_DIR").flatMap { $0.isEmpty ? nil : $0 }
    var flags: UInt32 = 0
    if named != nil { flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue }
    if environment("GIT_DISCOVERY_ACROSS_FILESYSTEM").flatMap({ GitConfig.bool($0) }) == true {
      flags |= GIT_REPOSITORY_OPEN_CROSS_FS.rawValue
    }
    let handle: Handle
    do throws(GitError) {
      handle = try LocalRepository.open(named ?? ".", flags: flags, ceilings: environment("GIT_CEILING_DIRECTORIES"))
    } catch {
      guard error.code == .repositoryNotFound else { throw error }
      throw GitError(.repositoryNotFound, "this folder is in no git repository", cause: error.cause)
    }
    // As git has it, the working directory is the work tree of a repository that `GIT_DIR` names alone.
    var workTree = environment("GIT_WORK_TREE").flatMap { $0.isEmpty ? nil : $0 }
    if workTree == nil, named != nil, git_repository_is_bare(handle.pointer) == 0,
      !(try hasConfiguredWorkTree(handle.pointer))
    {
      workTree = "."
    }
    // The library, as of version 1.5, does not free the path of a work tree that it knows already.
    let known = git_repository_workdir(handle.pointer).map { String(cString: $0).withoutLastSlash }
    if let workTree, workTree.absolutePath.realPath != known {
      let what = "cannot use the work tree `\(workTree.escapingControls)`"
      do throws(GitError) {
        try Libgit2.check(
          git_repository_set_workdir(handle.pointer, workTree.absolutePath, 0), .repositoryNotFound, what)
      } catch {
        // git, too, has no repository then.
        throw GitError(.repositoryNotFound, what, cause: error.description)
      }
    }
    return handle
  }

  private static func hasConfiguredWorkTree(_ repository: OpaquePointer) throws(GitError) -> Bool {
    guard let folder = git_repository_commondir(repository) else { return false }
    return try GitConfig(file: String(cString: folder) + "config").string("core.worktree") != nil
  }

  /// The folders in which the repository finds objects beside its own: those that libgit2 knows by itself, because they
  /// are listed in `info/alternates`, and the others: those listed in quotes, and what `git receive-pack` gives to its
  /// hooks.
  private static func borrowed(
    by objects: String, _ base: String, _ environment: (String) -> String?
  ) -> (listed: [String], others: [String]) {
    let text = (try? readFile(objects + "/info/alternates", limit: 1 << 20)) ?? []
    var (listed, others): ([String], [String]) = ([], [])
    for line in String(decoding: text, as: UTF8.self).words(at: "\n") where !line.begins(with: "#") {
      let quoted = QuotedPath(Array(line.utf8)[...]).map { String(decoding: $0.bytes, as: UTF8.self) }
      let path = quoted ?? String(line)
      let whole = path.begins(with: "/") ? path : objects + "/" + path
      if quoted == nil { listed.append(whole) } else { others.append(whole) }
    }
    var named = folders(in: environment("GIT_ALTERNATE_OBJECT_DIRECTORIES") ?? "")
    if let own = environment("GIT_OBJECT_DIRECTORY"), !own.isEmpty { named.append(own) }
    return (listed, others + named.map { $0.absolutePath(from: base) })
  }

  /// Those that are parted by colons; one that has a colon itself is in quotes.
  private static func folders(in list: String) -> [String] {
    var folders: [String] = []
    var rest = Array(list.utf8)[...]
    while !rest.isEmpty {
      if let quoted = QuotedPath(rest) {
        folders.append(String(decoding: quoted.bytes, as: UTF8.self))
        rest = quoted.rest.dropFirst()
      } else {
        let word = rest.prefix { $0 != UInt8(ascii: ":") }
        folders.append(String(decoding: word, as: UTF8.self))
        rest = rest.dropFirst(word.count + 1)
      }
    }
    return folders.filter { !$0.isEmpty }
  }
}

extension String {
  fileprivate func absolutePath(from base: String) -> String { begins(with: "/") ? self : base + "/" + self }

  fileprivate var withoutLastSlash: String { utf8.count > 1 ? String(rest(before: "/") ?? self[...]) : self }
}

import CGit2
import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A repository of ours, read through libgit2. In the cache it is bare and holds what fetches brought; for a
/// repository of this machine it holds nothing and looks into that one's objects, so that one set of rules (no user's
/// attributes, no `core.autocrlf`) decides how files are written, and nothing is ever written over there. Or it is the
/// `.git` of a clone that is being made or widened.
actor Repository {
  private let executor = RepositoryExecutor()
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// The repository's own folder.
  nonisolated let path: String
  private let alternate: String?
  /// Whether git is told of each pack that what it lacks can be had from the remote; nil in the cache, where git never
  /// looks. A clone becomes partial with its first filtered pack.
  private(set) var isPartialClone: Bool?
  private var opened: (repository: Handle, objects: Handle)?
  /// Of the commit whose attributes were last asked for.
  var rules: Rules?

  /// Nothing is touched until something is asked for. `alternate` is another repository's `objects` folder.
  init(path: String, alternate: String? = nil) {
    self.path = path
    self.alternate = alternate
  }

  /// The repository in the `.git` folder of a clone, which is there.
  init(ofClone path: String, isPartial: Bool) {
    self.path = path
    alternate = nil
    isPartialClone = isPartial
  }

  nonisolated var packFolder: String { path + "/objects/pack" }

  var repository: OpaquePointer { get throws(GitError) { try open().repository.pointer } }
  var objects: OpaquePointer { get throws(GitError) { try open().objects.pointer } }

  private func open() throws(GitError) -> (repository: Handle, objects: Handle) {
    if let opened { return opened }
    do throws(FileError) {
      if try FileStatus.of(path + "/HEAD") == nil { try Repository.create(path) }
    } catch {
      throw GitError(error)
    }
    // Opened as what it is known to be: this does not ask who owns the folder. That question protects from running
    // what another user planted in a repository found by chance; this one is ours by its place in the cache (which
    // a container may well see under another uid), and libgit2 runs nothing that a repository names.
    let repository = try Handle(
      .corrupt, "cannot open the cached repository `\(path.escapingControls)`", free: git_repository_free
    ) { git_repository_open_bare(&$0, path) }
    let objects = try Handle(
      .corrupt, "cannot open the objects of `\(path.escapingControls)`", free: git_odb_free
    ) { git_repository_odb(&$0, repository.pointer) }
    if let alternate {
      try Libgit2.check(
        git_odb_add_disk_alternate(objects.pointer, alternate), .corrupt,
        "cannot read the objects in `\(alternate.escapingControls)`")
    }
    opened = (repository, objects)
    return (repository, objects)
  }

  /// Makes an empty bare repository in one step, so that two processes that come at once both find a whole one.
  private static func create(_ path: String) throws(FileError) {
    let config = """
      [core]
      \trepositoryformatversion = 0
      \tbare = true
      \tautocrlf = false
      \teol = lf
      \tattributesFile = /dev/null

      """
    let temporary = temporaryName(beside: path)
    try Directory.create(temporary + "/objects/pack")
    try Directory.create(temporary + "/refs/heads")
    try replaceFile(temporary + "/config", with: Array(config.utf8))
    try replaceFile(temporary + "/HEAD", with: Array("ref: refs/heads/main\n".utf8))
    do throws(FileError) {
      try renameFile(temporary, to: path)
    } catch {
      try Directory.remove(temporary)
      guard try FileStatus.of(path + "/HEAD") != nil else { throw error }
    }
  }

  /// The references of a repository of this machine, read on this actor's thread because that blocks, too.
  func references(of local: LocalRepository) throws(GitError) -> [RemoteReference] {
    try local.references()
  }

  /// After objects have come in another way than by a pack that was adopted.
  func readObjectsAgain() { (opened, rules) = (nil, nil) }

  /// Which of `ids` are not here.
  func missing(_ ids: [ObjectID]) throws(GitError) -> [ObjectID] {
    let objects = try objects
    return ids.filter { id in
      var oid = id.gitOID
      // Looking at the folder of packs again for each id that is not here would take a system call or more for each.
      return git_odb_exists_ext(objects, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 0
    }
  }

  /// Makes a received pack part of the repository. All of `wanted` must be here then.
  func adopt(_ pack: PackIndexer, wanted: [ObjectID], isFiltered: Bool) throws(GitError) {
    let objects = try objects
    rules = nil
    try pack.commit()
    if let isPartial = isPartialClone, isPartial || isFiltered {
      isPartialClone = true
      do throws(FileError) {
        try replaceFile("\(packFolder)/pack-\(pack.name).promisor", with: [])
      } catch { throw GitError(error) }
    }
    try Libgit2.check(git_odb_refresh(objects), .corrupt, "cannot read the pack just received")
    if let absent = try missing(wanted).first {
      throw GitError(.corrupt, "the server's pack lacks the object `\(absent)` that was asked for")
    }
  }
}

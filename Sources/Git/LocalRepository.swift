import CGit2
import Files
import Text

/// A repository in a folder of this machine: bare, with a work tree, or one of several work trees. It is only looked
/// at: its references here, its objects through a `Repository` of the cache.
struct LocalRepository: Sendable {
  /// Where its objects and references are, with a slash at the end.
  let commonFolder: String
  private let path: String

  var objectsFolder: String { commonFolder + "objects" }
  var lfsObjectsFolder: String { commonFolder + "lfs/objects" }

  init(at path: String) throws(GitError) {
    let absolute = path.absolutePath
    // `repository` and `repository.git` are one name to git.
    let found = try LocalRepository.firstRepository([absolute, absolute + ".git"], asked: path)
    self.path = found.path
    guard let folder = git_repository_commondir(found.handle.pointer) else {
      throw GitError(.repositoryNotFound, "`\(path.escapingControls)` is not a git repository")
    }
    commonFolder = String(cString: folder)
  }

  /// All references, HEAD first.
  func references() throws(GitError) -> [RemoteReference] {
    let repository = try LocalRepository.open(path)
    var references: [RemoteReference] = []
    var head: OpaquePointer?
    if git_repository_head(&head, repository.pointer) == 0 {
      defer { git_reference_free(head) }
      if let oid = git_reference_target(head) {
        let isDetached = git_repository_head_detached(repository.pointer) == 1
        references.append(
          RemoteReference(
            name: "HEAD", id: ObjectID(oid.pointee),
            target: isDetached ? nil : String(cString: git_reference_name(head))))
      }
    }
    let iterator = try Handle(
      .corrupt, "cannot list the references of `\(path.escapingControls)`", free: git_reference_iterator_free
    ) { git_reference_iterator_new(&$0, repository.pointer) }
    var next: OpaquePointer?
    while git_reference_next(&next, iterator.pointer) == 0 {
      defer { git_reference_free(next) }
      if let reference = RemoteReference(local: next) { references.append(reference) }
    }
    return references
  }

  /// The branch that HEAD names, which need not be there; nil where it names none.
  func branchOfHead() throws(GitError) -> String? {
    let repository = try LocalRepository.open(path)
    var head: OpaquePointer?
    guard git_reference_lookup(&head, repository.pointer, "HEAD") == 0 else { return nil }
    defer { git_reference_free(head) }
    return git_reference_symbolic_target(head).map { String(cString: $0) }
  }

  func open() throws(GitError) -> Handle { try LocalRepository.open(path) }

  private static func firstRepository(
    _ paths: [String], asked: String
  ) throws(GitError) -> (path: String, handle: Handle) {
    for path in paths {
      do throws(GitError) {
        return (path, try open(path))
      } catch {
        guard error.code == .repositoryNotFound else { throw error }
      }
    }
    throw GitError(.repositoryNotFound, "`\(asked.escapingControls)` is not a git repository")
  }

  static func open(
    _ path: String, flags: UInt32 = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, ceilings: String? = nil
  ) throws(GitError) -> Handle {
    do throws(GitError) {
      return try Handle(
        .corrupt, "cannot open the repository `\(path.escapingControls)`", free: git_repository_free
      ) { git_repository_open_ext(&$0, path, flags, ceilings) }
    } catch {
      let cause = error.cause ?? ""
      if cause.contains("objectformat") || cause.contains("object format") {
        throw GitError(
          .unsupportedObjectFormat,
          "`\(path.escapingControls)` names its objects by sha256; only SHA-1 repositories can be read")
      }
      // Version 1.5 loses the status that it has for this: where `safe.directory` is not set at all, it says so.
      let words = ["not owned by", "safe.directory"]
      if error.code == .notOwned || words.contains(where: { cause.contains($0) }) {
        throw GitError(
          .notOwned,
          "`\(path.escapingControls)` belongs to another user; name it in git's `safe.directory` to read it")
      }
      if cause.contains("could not find repository") || cause.contains("failed to resolve path") {
        throw GitError(.repositoryNotFound, error.message, cause: cause)
      }
      throw error
    }
  }
}

extension RemoteReference {
  init?(local reference: OpaquePointer?) {
    var resolved: OpaquePointer?
    guard git_reference_resolve(&resolved, reference) == 0 else { return nil }
    defer { git_reference_free(resolved) }
    guard let oid = git_reference_target(resolved), let name = git_reference_name(reference) else { return nil }
    self.init(name: String(cString: name), id: ObjectID(oid.pointee))
    var object: OpaquePointer?
    if git_reference_peel(&object, resolved, GIT_OBJECT_ANY) == 0 {
      defer { git_object_free(object) }
      let peeled = ObjectID(git_object_id(object).pointee)
      if peeled != id { self.peeled = peeled }
    }
  }
}

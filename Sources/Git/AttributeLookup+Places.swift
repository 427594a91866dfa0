import CGit2
import Files
import Text

/// Where attributes stand: the files of the machine and of the user, and the trees of commits.
extension GitConfig {
  /// The files of the user and of the machine, the stronger first. https://git-scm.com/docs/gitattributes
  package func attributesFiles(environment: (String) -> String? = processEnvironment) -> [String] {
    let home = environment("HOME") ?? ""
    let folder = environment("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
    var own = string("core.attributesfile") ?? folder + "/git/attributes"
    if let rest = own.rest(after: "~/") { own = home + "/" + rest }
    let system = (environment("PREFIX") ?? "") + "/etc/gitattributes"
    return environment("GIT_ATTR_NOSYSTEM").flatMap { GitConfig.bool($0) } == true ? [own] : [own, system]
  }
}

extension AttributeLine {
  /// The lines of a file, which need not be there.
  package static func lines(at path: String) -> [AttributeLine] {
    lines(ofFile: (try? readFile(path, limit: largestFile)) ?? [])
  }
}

extension AttributeLookup.Outside {
  /// `folder` is the one that all work trees of the repository share.
  init(_ config: GitConfig, _ files: [String], folder: String) {
    own = AttributeLine.lines(at: folder + "/info/attributes")
    machine = files.map { AttributeLine.lines(at: $0) }
    ignoresCase = config.string("core.ignorecase").flatMap { $0.isEmpty ? true : GitConfig.bool($0) } ?? false
  }
}

extension AttributeLookup {
  static let fileName = Array(".gitattributes".utf8)

  /// Reads the files of a tree; those that are not in this repository say nothing.
  static func reader(ofTree tree: ObjectID, in repository: OpaquePointer) throws(GitError) -> Reader {
    guard let tree = try TreeWalk.open(tree.gitOID, in: repository) else { return { _ in [] } }
    let objects = try Handle(.corrupt, "cannot open the objects of the repository", free: git_odb_free) {
      git_repository_odb(&$0, repository)
    }
    return { (folder: [UInt8]) throws(GitError) in
      let path = (folder + fileName).map { CChar(bitPattern: $0) } + [0]
      var entry: OpaquePointer?
      guard git_tree_entry_bypath(&entry, tree.pointer, path) == 0 else { return [] }
      defer { git_tree_entry_free(entry) }
      guard git_tree_entry_type(entry) == GIT_OBJECT_BLOB else { return [] }
      return try lines(ofBlob: git_tree_entry_id(entry).pointee, objects.pointer)
    }
  }

  /// Reads the files of an index.
  static func reader(of index: GitIndex, in repository: OpaquePointer) throws(GitError) -> Reader {
    let objects = try Handle(.corrupt, "cannot open the objects of the repository", free: git_odb_free) {
      git_repository_odb(&$0, repository)
    }
    var files: [[UInt8]: ObjectID] = [:]
    for entry in index.entries where entry.stage == 0 && entry.path.suffix(fileName.count).elementsEqual(fileName) {
      files[Array(entry.path.dropLast(fileName.count))] = entry.id
    }
    return { (folder: [UInt8]) throws(GitError) in
      try files[folder].map { id throws(GitError) in try lines(ofBlob: id.gitOID, objects.pointer) } ?? []
    }
  }

  private static func lines(ofBlob id: git_oid, _ objects: OpaquePointer) throws(GitError) -> [AttributeLine] {
    var id = id
    var length = 0
    var type = GIT_OBJECT_INVALID
    let found = git_odb_read_header(&length, &type, objects, &id)
    if found == GIT_ENOTFOUND.rawValue { return [] }
    try Libgit2.check(found, .corrupt, "cannot read a `.gitattributes`")
    guard length < AttributeLine.largestFile, type == GIT_OBJECT_BLOB else { return [] }
    let object = try Handle(.corrupt, "cannot read a `.gitattributes`", free: git_odb_object_free) {
      git_odb_read(&$0, objects, &id)
    }
    let count = git_odb_object_size(object.pointer)
    return AttributeLine.lines(
      ofBlob: Array(UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: count)))
  }
}

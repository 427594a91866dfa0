import Files
import HTTP
import Text

/// One repository, wherever it is, as seen through the cache: revisions become commits, commits become trees, and
/// tree entries become bytes, each with as little asked of the server as can be.
///
/// A commit whose trees are in the cache costs no request. Otherwise the server is asked what it can do (once for
/// each `GitRemote`), for the references where a name must be resolved, and for the commit; `Ladder` says how much
/// comes along.
package actor GitRemote {
  /// For people: the address without credentials.
  package nonisolated let name: String

  /// Where the repository is, after the configuration's rewriting.
  package nonisolated let location: GitLocation
  nonisolated let repository: Repository
  nonisolated let local: LocalRepository?
  let memory: HostMemory
  let maximumPackSize: Int64
  /// Whether the user named the address; else no headers go there but those that are configured for it.
  private let isNamedByUser: Bool
  private let client: HTTPClient
  private let ssh: SSHClient
  private var connection: UploadPack?
  /// What was borrowed: what is behind these need not be sent.
  var haves: [ObjectID] = []
  /// What revisions came to; a remote lives as long as one command.
  private var resolved: [ExactText: ResolvedRevision] = [:]
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// `url` is what the user wrote; `config` may rewrite it. `cacheDirectory` holds one bare repository for each
  /// remote. Nothing is asked and nothing written yet, but a repository of this machine must be there.
  package init(
    url: String, cacheDirectory: String, memory: HostMemory, client: HTTPClient, ssh: SSHClient,
    config: GitConfig, isNamedByUser: Bool = true, maximumPackSize: Int64 = 8 << 30
  ) throws(GitError) {
    let location = try GitLocation(config.rewriting(url)).absolute
    self.location = location
    name = location.name
    var local: LocalRepository?
    if case .local(let path) = location { local = try LocalRepository(at: path) }
    self.local = local
    repository = Repository(path: cacheDirectory + "/" + location.folderName, alternate: local?.objectsFolder)
    self.memory = memory
    self.client = client
    self.ssh = ssh
    self.maximumPackSize = maximumPackSize
    self.isNamedByUser = isNamedByUser
  }

  /// The repository as the clone in `gitFolder` sees it: what is fetched goes there. `uploadPack` is what is called in
  /// the place of git's own over ssh, which has no meaning elsewhere.
  package init(
    url: String, gitFolder: String, isPartial: Bool, memory: HostMemory, client: HTTPClient, ssh: SSHClient,
    config: GitConfig, uploadPack: String? = nil, isNamedByUser: Bool = true, maximumPackSize: Int64 = 8 << 30
  ) throws(GitError) {
    var location = try GitLocation(config.rewriting(url)).absolute
    if let uploadPack, case .ssh(var address) = location {
      address.uploadPack = uploadPack
      location = .ssh(address)
    }
    self.location = location
    name = location.name
    var local: LocalRepository?
    if case .local(let path) = location { local = try LocalRepository(at: path) }
    self.local = local
    repository = Repository(ofClone: gitFolder, isPartial: isPartial)
    self.memory = memory
    self.client = client
    self.ssh = ssh
    self.maximumPackSize = maximumPackSize
    self.isNamedByUser = isNamedByUser
  }

  /// The commit that `revision` means; nil is the default branch. A full commit id is taken at its word, without a
  /// request: whether it exists, and whether it is a commit or a tag of one, `tree(of:)` finds out.
  package func resolve(_ revision: String?) async throws(GitError) -> ResolvedRevision {
    let parsed = try Revision(parsing: revision)
    if case .fullID(let id) = parsed { return ResolvedRevision(commit: id, reference: nil) }
    return try await alone { () throws(GitError) in
      if let known = self.resolved[ExactText(revision ?? "")] { return known }
      let found = try await self.look(for: parsed)
      self.resolved[ExactText(revision ?? "")] = found
      return found
    }
  }

  /// All files of the commit. No request is made when its trees are in the cache.
  package func tree(of commit: ObjectID) async throws(GitError) -> RemoteTree {
    if let tree = try await repository.tree(of: commit) { return tree }
    return try await alone { () throws(GitError) in
      // Another task may have brought it meanwhile.
      if let tree = try await self.repository.tree(of: commit) { return tree }
      try await self.bring(commit)
      guard let tree = try await self.repository.tree(of: commit) else {
        throw GitError(.corrupt, "`\(self.name)` sent the commit `\(commit)` without all of its trees")
      }
      return tree
    }
  }

  /// Makes sure that the content of `entries` is in the cache, and that of every `.gitattributes` that has a say in
  /// them: at most one request, and usually none, because small files come with the tree.
  package func load(_ entries: [TreeEntry], of tree: RemoteTree) async throws(GitError) {
    let needed = tree.blobs(neededFor: entries)
    guard try await !repository.missing(needed).isEmpty else { return }
    try await alone { () throws(GitError) in
      let missing = try await self.repository.missing(needed)
      guard !missing.isEmpty else { return }
      try await self.bring(blobs: missing, of: tree.commit)
      if let absent = try await self.repository.missing(missing).first {
        let path = tree.entries.first { $0.id == absent }?.displayPath ?? absent.hex
        throw GitError(.missingObject, "`\(self.name)` does not give out the content of `\(path)`")
      }
    }
  }

  /// The bytes of a file as git stores them: a pointer where LFS is used. `load` it first.
  package func content(of entry: TreeEntry) async throws(GitError) -> [UInt8] {
    try await repository.content(of: entry)
  }

  /// The same of many: of the first of `entries`, one at least.
  package func contents(of entries: ArraySlice<TreeEntry>) async throws(GitError) -> [[UInt8]] {
    try await repository.contents(of: entries)
  }

  /// The bytes of a file as git would write them into a work tree, except that LFS pointers stay what they are.
  package func checkoutContent(of entry: TreeEntry, in tree: RemoteTree) async throws(GitError) -> [UInt8] {
    try await repository.checkoutContent(of: entry, in: tree.commit)
  }

  /// The server, which is asked to introduce itself when it is first needed.
  func server() async throws(GitError) -> UploadPack {
    if let connection { return connection }
    let fresh: UploadPack
    switch location {
    case .http(let url): fresh = try await UploadPack(url, client: client, isNamedByUser: isNamedByUser)
    case .ssh(let address): fresh = try await UploadPack(address, ssh: ssh)
    case .local: throw GitError(.missingObject, "`\(name)` does not have all that was asked for")
    }
    connection = fresh
    return fresh
  }

  /// One conversation with the server at a time, so that two tasks that want the same thing do not both fetch it.
  private func alone<Value: Sendable>(_ body: () async throws(GitError) -> Value) async throws(GitError) -> Value {
    if isBusy {
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isBusy = true
    }
    defer {
      if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
    return try await body()
  }
}

extension RemoteTree {
  /// The blobs of `entries` and of the `.gitattributes` in the folders above them.
  func blobs(neededFor entries: [TreeEntry]) -> [ObjectID] {
    let name = Array(".gitattributes".utf8)
    let slash = UInt8(ascii: "/")
    var attributes: [ArraySlice<UInt8>: ObjectID] = [:]
    for entry in self.entries where entry.mode != .submodule && entry.rawPath.suffix(name.count).elementsEqual(name) {
      attributes[entry.rawPath.dropLast(name.count)] = entry.id
    }
    var ids: [ObjectID] = []
    var known: Set<ObjectID> = []
    for entry in entries where entry.mode != .submodule {
      if known.insert(entry.id).inserted { ids.append(entry.id) }
      guard !attributes.isEmpty else { continue }
      var folder = entry.rawPath[...]
      while true {
        folder = folder.lastIndex(of: slash).map { folder[...$0] } ?? []
        if let id = attributes[folder], known.insert(id).inserted { ids.append(id) }
        if folder.isEmpty { break }
        folder = folder.dropLast()
      }
    }
    return ids
  }
}

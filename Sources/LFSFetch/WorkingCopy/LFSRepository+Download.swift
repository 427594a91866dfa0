import Files
import Git
import HTTP
import Text

/// Bringing objects into the repository: from the store, from what the repository has already, else from its server.
extension LFSRepository {
  /// What became of the objects that were wanted.
  package struct Obtained: Sendable {
    /// Objects that could not be had, and why.
    package var failures: [SHA256Digest: FetchError] = [:]
    /// How many were downloaded, and how many bytes they have.
    package var downloaded = 0
    package var bytes: Int64 = 0
    package var seconds = 0.0

    package init() {}
  }

  /// An object, and what a person would call it.
  package struct WantedObject: Hashable, Sendable {
    package let oid: SHA256Digest
    package let size: Int64
    package let name: String

    package init(oid: SHA256Digest, size: Int64, name: String) {
      self.oid = oid
      self.size = size
      self.name = name
    }

    package init(_ file: LFSFile) {
      self.init(oid: file.pointer.oid, size: file.pointer.size, name: file.name)
    }
  }

  /// The objects of the files, each once. Empty files have none.
  package static func objects(of files: [LFSFile]) -> [WantedObject] {
    var seen: Set<SHA256Digest> = []
    return files.filter { $0.pointer.size > 0 && seen.insert($0.pointer.oid).inserted }.map(WantedObject.init)
  }

  /// Sees to it that all of them are in the media folder. `remote` is a name of the configuration or an address.
  package func obtain(
    _ objects: [WantedObject], from remote: String, reference: String?, mayOweSync: Bool = false
  ) async throws(FetchError) -> Obtained {
    let start = ContinuousClock.now
    try fetcher.prepareCache()
    let run = try fetcher.beginRun()
    let missing = try await onBlockingThread { () throws(FetchError) in try self.linkWhatIsHere(objects) }
    let all = objects.totalSize { $0.size }
    let present = all - missing.totalSize { $0.size }
    let kept = missing.reduce(0) { $0 + PartialObject.claimedBytes($1.oid, size: $1.size, in: fetcher.cache) }
    fetcher.progress(.planned(objects: objects.count, bytes: all, reused: present + kept))
    var obtained = Obtained()
    var bytes: Int64 = 0
    if !missing.isEmpty {
      progressLog?.begin(missing.count)
      let sources = try self.sources(remote: remote, reference: reference)
      let outcome = await fetcher.download(
        missing.map { Transfer(oid: $0.oid, size: $0.size, name: $0.name, sources: sources) })
      noteAccess(to: sources)
      obtained.failures = outcome.failures
      bytes = outcome.downloaded
      let arrived = missing.filter { outcome.failures[$0.oid] == nil }
      try await link(arrived)
      obtained.downloaded = arrived.count
      obtained.bytes = arrived.totalSize { $0.size }
      obtained.seconds = start.secondsAgo
    }
    try await fetcher.end(run, mayOweSync: mayOweSync)
    fetcher.progress(.finished(downloaded: bytes, reused: all - bytes, seconds: start.secondsAgo))
    return obtained
  }

  /// The same for objects that become known one after another, and are not on this machine.
  /// Returns those that could not be had, and why.
  func obtain(
    _ intake: ObjectIntake, from remote: String, reference: String?
  ) async throws(FetchError) -> [SHA256Digest: FetchError] {
    try fetcher.prepareCache()
    let run = try fetcher.beginRun()
    let sources = try sources(remote: remote, reference: reference)
    intake.begin(from: sources)
    var failures = await fetcher.download(intake.transfers).failures
    noteAccess(to: sources)
    // One that could not go on has not waited for the end.
    await intake.drain()
    let objects = intake.objects
    try inMedia { () throws(FileError) in
      // Nor has it looked at them all.
      for object in objects where failures[object.oid] == nil {
        if try !store.contains(object.oid, size: object.size) { failures[object.oid] = .interruption }
      }
    }
    try await link(objects.filter { failures[$0.oid] == nil })
    try await fetcher.end(run, mayOweSync: true)
    return failures
  }

  /// Sees to it that all of what has come is in the media folder.
  private func link(_ arrived: [WantedObject]) async throws(FetchError) {
    let linked = await arrivals.finish().linked
    try inMedia { () throws(FileError) in
      for object in arrived where !linked.contains(object.oid) { try media.link(object.oid) }
    }
  }

  /// Makes the store and the media folder one; returns what is in neither.
  private func linkWhatIsHere(_ objects: [WantedObject]) throws(FetchError) -> [WantedObject] {
    try inMedia { () throws(FileError) in
      var missing: [WantedObject] = []
      for object in objects {
        let isHere = try media.contains(object.oid, size: object.size)
        var isStored = try store.contains(object.oid, size: object.size)
        if !isStored { isStored = try media.adopt(object.oid, size: object.size) }
        if !isStored {
          missing.append(object)
        } else if !isHere {
          try media.link(object.oid)
        }
      }
      return missing
    }
  }

  func inMedia<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(file: error, doing: "cannot keep the objects in `\(media.path.escapingControls)`")
    }
  }

  // MARK: Where from

  /// Where the objects of a remote come from.
  func source(remote: String, reference: String?) throws(FetchError) -> Source {
    // The name of the remote is known to git, so agents can find out more by it.
    try endpoint(remote: remote, reference: reference).source(asking: remote, repository.config)
  }

  /// The same, and with `lfs.remote.searchall` all other remotes, for what that one does not have.
  private func sources(remote: String, reference: String?) throws(FetchError) -> [Source] {
    guard settings.searchesAllRemotes else { return [try source(remote: remote, reference: reference)] }
    var sources: [Source] = []
    var failure: FetchError?
    for name in [remote] + settings.remotes.filter({ $0 != remote }) {
      do throws(FetchError) {
        let source = try source(remote: name, reference: reference)
        if !sources.contains(source) { sources.append(source) }
      } catch { failure = failure ?? error }
    }
    if sources.isEmpty, let failure { throw failure }
    return sources
  }

  /// The LFS server of a remote; for a push the one to which its objects go.
  func endpoint(remote: String, reference: String?, isPush: Bool = false) throws(FetchError) -> Endpoint {
    let config = settings.config
    guard let address = config.string("remote.\(remote).url") ?? (settings.isAddress(remote) ? remote : nil) else {
      if let configured = Endpoint.configured(in: config, remote: remote, isPush: isPush) {
        return try endpoint(address: configured, remote: remote, reference: reference, isPush: isPush)
      }
      throw FetchError(
        .notFound, "the repository has no remote `\(remote.escapingControls)` to fetch from",
        hint: "`git remote add` makes one; or set `lfs.url` in git's configuration")
    }
    return try endpoint(address: address, remote: remote, reference: reference, isPush: isPush)
  }

  /// The LFS server of a remote at this address.
  func endpoint(address: String, remote: String, reference: String?, isPush: Bool) throws(FetchError) -> Endpoint {
    let config = repository.config
    let configured = Endpoint.configured(in: settings.repositoryConfig, remote: remote, isPush: isPush)
    let own = Endpoint.configured(in: config, remote: remote, isPush: isPush)
    // The repository's `lfs.url` goes before what the user says of one remote, as with git-lfs.
    let chosen = Endpoint.configured(in: settings.config, remote: remote, isPush: isPush)
    let isOwn = own.map { own in chosen?.isSame(as: own) == true } ?? false
    // Only the user may say that objects are in a folder of this machine; a remote is the user's, too.
    if isOwn, let own, config.rewriting(own).isLocal, let objects = try localObjects(at: own, config) {
      return .folder(objects)
    }
    let localObjects = own == nil && configured == nil ? try localObjects(at: address, config) : nil
    return try Endpoint.discover(
      remote: address, named: remote, reference: reference, localObjects: localObjects, config: config,
      configuredByRepository: configured, isOverruled: !isOwn, isPush: isPush)
  }
}

extension LFSRepository {
  /// The folder of objects of a repository of this machine; nil for other addresses.
  private func localObjects(at address: String, _ config: GitConfig) throws(FetchError) -> String? {
    let rewritten = config.rewriting(address)
    guard !rewritten.begins(with: "git://") else { return nil }
    do throws(GitError) { return try GitLocation(rewritten).absolute.lfsObjectsFolder } catch {
      throw FetchError(git: error, source: address)
    }
  }
}

extension String {
  /// Whether the address can be nothing but that of a folder of this machine.
  fileprivate var isLocal: Bool { begins(with: "/") || begins(with: "file://") }
}

extension LFSSettings {
  /// Whether the text is an address or a path instead of the name of a remote.
  fileprivate func isAddress(_ text: String) -> Bool { text.has("/") || text.has(":") }
}

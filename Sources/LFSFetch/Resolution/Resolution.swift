import Git
import HTTP

/// What a request came to: a commit and the files that are wanted of it, each with what its content is named by.
package struct Resolution: Sendable, Equatable {
  /// The repository as the registry or the user wrote it, without credentials: names the snapshot.
  package let sourceName: String
  /// nil where all files are pinned by their hash and nobody was asked for the commit.
  package let commit: String?
  /// The branch or tag that was named, for servers that want to know.
  package let reference: String?
  package let files: [SelectedFile]
  /// The LFS server that the repository's own `.lfsconfig` names.
  package var configuredLFS: String?
  /// Where single objects are, where the place is no repository and says so of each.
  package var direct: [SHA256Digest: [Source]] = [:]
  /// What a lock tells of the files; nil where there is none.
  var locked: LockedFacts?

  /// The folder of a snapshot's files is named by this.
  package var version: String {
    // What a lock says of a commit is not proven: its files must not be taken for those of the commit.
    if locked != nil {
      let facts = files.map { "\($0.digest.map(\.hex) ?? "\($0.content)") \($0.mode) \($0.path)" }
      return "locked-" + SHA256.hash(Array(facts.sorted().joined(separator: "\n").utf8)).hex.prefix(40)
    }
    if let commit { return commit }
    let facts = files.map { "\($0.content) \($0.path)" }.sorted().joined(separator: "\n")
    return "pinned-" + SHA256.hash(Array(facts.utf8)).hex.prefix(40)
  }

  package var totalSize: Int64 { files.totalSize { $0.size } }

  /// The files that are not git's own, each content once, with the first path that wants it. Where the hash is not known
  /// yet, `oid` stands for it.
  package var objects: [(oid: SHA256Digest, size: Int64, path: RepositoryPath, firstUse: FirstUse?)] {
    var seen: Set<SHA256Digest> = []
    return files.compactMap { file in
      guard !file.isBlob, file.size > 0 || file.firstUse != nil, let oid = file.object ?? file.firstUse?.key,
        seen.insert(oid).inserted
      else { return nil }
      return (oid, file.size, file.path, file.firstUse)
    }
  }

  /// Whether all is known that is to be remembered of it.
  var isKnown: Bool { files.allSatisfy { $0.firstUse == nil } }

  /// With what has been learnt, by what stood for it.
  func learning(_ hashes: (FirstUse) -> Learned?) -> Resolution {
    var direct = direct
    let files = files.map { file in
      guard let firstUse = file.firstUse, let learned = hashes(firstUse) else { return file }
      if let sources = direct.removeValue(forKey: firstUse.key) { direct[learned.digest] = sources }
      return file.learning(learned, isTrust: firstUse.isTrust)
    }
    var resolution = Resolution(
      sourceName: sourceName, commit: commit, reference: reference, files: files, configuredLFS: configuredLFS,
      locked: locked)
    resolution.direct = direct
    return resolution
  }
}

/// One file of a resolution.
package struct SelectedFile: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// An LFS object.
    case object(SHA256Digest)
    /// A file that git itself keeps; or the target of a symbolic link.
    case blob(ObjectID)
    /// A file whose hash or size will be known when it is here.
    case unknown(FirstUse)
  }

  package let path: RepositoryPath
  package let mode: FileMode
  package let content: Content
  /// In bytes, as it will be on the disk.
  package let size: Int64
  /// The SHA-256 of the bytes as they will be on the disk; nil for symbolic links, and where it is not known yet.
  package let digest: SHA256Digest?
  /// Whether the hash is that of the bytes that came first, which nothing else confirms.
  package var isLearned = false

  /// An LFS object.
  package init(path: RepositoryPath, mode: FileMode, oid: SHA256Digest, size: Int64) {
    (self.path, self.mode, self.size) = (path, mode, size)
    content = .object(oid)
    digest = oid
  }

  /// A file that git keeps.
  package init(path: RepositoryPath, mode: FileMode, blob: ObjectID, size: Int64, digest: SHA256Digest?) {
    (self.path, self.mode, self.size, self.digest) = (path, mode, size, digest)
    content = .blob(blob)
  }

  /// A file that will be known when it is here.
  init(path: RepositoryPath, mode: FileMode, _ firstUse: FirstUse) {
    (self.path, self.mode) = (path, mode)
    (size, digest, content) = (firstUse.size ?? 0, nil, .unknown(firstUse))
  }

  /// The same, now that it is known.
  func learning(_ learned: Learned, isTrust: Bool) -> SelectedFile {
    var file = SelectedFile(path: path, mode: mode, oid: learned.digest, size: learned.size)
    file.isLearned = isTrust
    return file
  }

  var firstUse: FirstUse? {
    if case .unknown(let firstUse) = content { firstUse } else { nil }
  }

  /// Kept by git itself.
  var isBlob: Bool {
    if case .blob = content { true } else { false }
  }
}

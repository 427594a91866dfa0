import Git
import HTTP
import Text

/// What a lock file says: which files each model has, so exactly that every machine gets the same bytes, and without
/// asking a git repository. `docs/reference/lock-file.md` describes the file.
public struct ModelLock: Sendable, Equatable {
  /// By the names that they were locked under.
  package var models: [ExactText: LockedModel] = [:]
  /// Of the large objects among the files.
  package var chunks: [SHA256Digest: ChunkHashes] = [:]

  package init() {}

  public static let fileName = "lfsfetch.lock"

  /// No sum of the sizes in such a file overflows.
  static let largestFile = 32 << 20

  /// In order.
  public var names: [String] { models.keys.sorted().map(\.text) }

  /// As they stand in it; `Fetcher.requests(of:)` knows from where relative paths are seen.
  var requests: [ModelRequest] {
    names.compactMap { name in
      var request = try? ModelRequest(name)
      request?.isFromFile = true
      return request
    }
  }

  /// The lock on the disk with what this one has changed of `old`.
  func onTop(of present: ModelLock?, insteadOf old: ModelLock?) -> ModelLock {
    guard var merged = present, present != old else { return self }
    for (name, model) in models where model != old?.models[name] { merged.models[name] = model }
    merged.chunks.merge(chunks) { $1 }
    merged.dropUnusedChunks()
    return merged
  }

  /// Chunks of objects that no model has any more are of no use.
  mutating func dropUnusedChunks() {
    let used = Set(models.values.flatMap(\.files).compactMap(\.object))
    chunks = chunks.filter { used.contains($0.key) }
  }
}

/// One model of a lock.
package struct LockedModel: Sendable, Equatable {
  /// Without credentials.
  package var source: String
  /// The branch, tag or commit that was asked for; nil is the default branch.
  package var revision: String?
  /// Which files were asked for, as `Selection.canonical` has it.
  package var selection: String
  package var main: String?
  /// nil where the registry pinned all files by their hash, and nobody was asked for the commit.
  package var commit: String?
  package var reference: String?
  /// The LFS server that the repository's own `.lfsconfig` names.
  package var lfs: String?
  /// Sorted by path.
  package var files: [SelectedFile]
  /// Where objects are, of models whose source does not tell.
  package var mirrors: [SHA256Digest: [HTTPURL]] = [:]
  /// The bytes of small files that git keeps, and the targets of symbolic links.
  package var contents: [RepositoryPath: [UInt8]] = [:]

  /// Files of git's that are larger than this are not put into the lock: a fetch asks git for them.
  package static let largestContent: Int64 = 64 << 10

  package init(source: String, selection: String, files: [SelectedFile]) {
    (self.source, self.selection) = (source, selection)
    self.files = files.sorted { $0.path < $1.path }
  }

  /// What a request came to, as yet without the bytes of files.
  init(_ wanted: Wanted, _ resolution: Resolution, in folder: String) {
    self.init(
      source: wanted.source.withoutCredentials.writtenAsName(in: folder), selection: wanted.selection.canonical,
      files: resolution.files)
    (revision, main) = (wanted.revision, wanted.main)
    (commit, reference, lfs) = (resolution.commit, resolution.reference, resolution.configuredLFS)
    // The address of a plain file is the source.
    if case .url? = try? SourceAddress(wanted.source) {
    } else {
      mirrors = resolution.direct.mapValues { $0.compactMap(\.shareableURL) }.filter { !$0.value.isEmpty }
    }
  }

  /// Whether both say the same of the model; their bytes follow from that.
  func isSame(as other: LockedModel) -> Bool {
    var (one, two) = (self, other)
    (one.contents, two.contents) = ([:], [:])
    // The blob's id is only written for files whose bytes are not.
    (one.files, two.files) = ([], [])
    return one == two && files.map(\.lockedFacts) == other.files.map(\.lockedFacts)
      && files.filter { $0.mode == .symlink }.map(\.content)
        == other.files.filter { $0.mode == .symlink }.map(\.content)
  }
}

extension SelectedFile {
  /// What makes two files the same for a lock.
  struct LockedFacts: Equatable {
    let path: RepositoryPath
    let mode: FileMode
    let size: Int64
    let digest: SHA256Digest?
    let isBlob: Bool
  }

  var lockedFacts: LockedFacts {
    LockedFacts(path: path, mode: mode, size: size, digest: digest, isBlob: isBlob)
  }

  // Version 6.3 of the compiler breaks off when it optimizes this, inlined, in functions that read locks.
  @inline(never)
  var object: SHA256Digest? {
    if case .object(let oid) = content { oid } else { nil }
  }
}

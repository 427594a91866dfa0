import Files
import Git
import Text

/// `lock`: what models are now, written down so that it can be had again.
extension Fetcher {
  /// Fetches the models, because the hashes of chunks are of their bytes, and puts them into `lock`; those that fail
  /// stay in it as they were. The results are in the order of the requests, as `expanded` has them.
  public func lock(
    _ requests: [ModelRequest], in lock: ModelLock?
  ) async -> (lock: ModelLock, results: [Result<LockChange, FetchError>]) {
    var lock = lock ?? ModelLock()
    var results: [Result<LockChange, FetchError>] = []
    for model in await fetch(requests) {
      do throws(FetchError) {
        results.append(.success(try await self.lock(model, in: &lock)))
      } catch {
        results.append(.failure(error))
      }
    }
    lock.dropUnusedChunks()
    return (lock, results)
  }

  private func lock(_ model: ModelInProgress, in lock: inout ModelLock) async throws(FetchError) -> LockChange {
    _ = try model.result.get()
    guard let wanted = model.wanted, let resolution = model.resolution else { throw .interruption }
    // Which variant `auto` is depends on the machine, and a lock does not.
    let name = model.request.variant == Variant.automatic ? wanted.model : lockedName(of: model.request)
    var locked = LockedModel(wanted, resolution, in: lockFolder)
    try await addContents(to: &locked, from: Snapshot(resolution: resolution, store: store))
    lock.chunks.merge(try await chunkHashes(of: resolution)) { $1 }
    let change = LockChange(name, from: lock.models[name], to: locked)
    lock.models[name] = locked
    return change
  }

  /// The bytes of the files that git keeps, so that the next fetch need not ask git for them.
  private func addContents(to model: inout LockedModel, from snapshot: Snapshot) async throws(FetchError) {
    for file in model.files where file.isBlob {
      guard file.size <= LockedModel.largestContent else {
        progress(
          .warning(
            "git itself keeps `\(file.path)`, \(file.size) bytes: more than \(LockedModel.largestContent) are not put into "
              + "a lock file, so that fetching it asks git"))
        continue
      }
      let bytes = try inCache { () throws(FileError) in
        let folder = try TargetFolder(snapshot.path)
        if file.mode == .symlink { return try folder.linkTarget(of: file.path) }
        return try folder.open(file.path)?.readAll(limit: Int(LockedModel.largestContent))
      }
      guard let bytes, file.digest == nil || SHA256.hash(bytes) == file.digest else { throw damaged(file) }
      model.contents[file.path] = bytes
    }
  }

  private func chunkHashes(of resolution: Resolution) async throws(FetchError) -> [SHA256Digest: ChunkHashes] {
    var hashes: [SHA256Digest: ChunkHashes] = [:]
    for object in resolution.objects where ChunkHashes.layout(size: object.size) != nil {
      let path = store.path(of: object.oid)
      let found: (whole: SHA256Digest, chunks: ChunkHashes?)
      do throws(FileError) {
        found = try await onBlockingThread { () throws(FileError) in
          try ChunkHashes.read(path, size: object.size)
        }
      } catch { throw FetchError(file: error, doing: "cannot read `\(object.path)` in the cache") }
      guard found.whole == object.oid else {
        throw damaged(SelectedFile(path: object.path, mode: .regular, oid: object.oid, size: object.size))
      }
      hashes[object.oid] = found.chunks
    }
    return hashes
  }

  private func damaged(_ file: SelectedFile) -> FetchError {
    FetchError(
      .integrity, "`\(file.path)` is damaged in the cache", hint: "`lfsfetch verify --repair` fetches it again")
  }
}

/// What becomes of a model in a lock.
public struct LockChange: Sendable, Equatable {
  public struct File: Sendable, Equatable {
    public let path: String
    /// nil for one that is new.
    public let previous: Int64?
    /// nil for one that is gone.
    public let bytes: Int64?
  }

  public let model: String
  /// nil for a model that was not in the lock, or of which nobody was asked for the commit.
  public let previous: String?
  public let commit: String?
  public let files: Int
  public let bytes: Int64
  /// Those that are new, changed or gone, by path.
  public let changes: [File]
  /// Whether the lock says something else now.
  public let isChange: Bool

  init(_ model: String, from old: LockedModel?, to new: LockedModel) {
    self.model = model
    (previous, commit) = (old?.commit, new.commit)
    files = new.files.count
    bytes = new.files.totalSize { $0.size }
    isChange = old.map { !$0.isSame(as: new) } ?? true
    let before = Dictionary((old?.files ?? []).map { ($0.path, $0) }) { first, _ in first }
    let after = Dictionary(new.files.map { ($0.path, $0) }) { first, _ in first }
    changes = Set(before.keys).union(after.keys).sorted().compactMap { path in
      let (one, two) = (before[path], after[path])
      if one?.lockedFacts == two?.lockedFacts, one?.mode != .symlink || one?.content == two?.content { return nil }
      return File(path: path.string, previous: one?.size, bytes: two?.size)
    }
  }
}

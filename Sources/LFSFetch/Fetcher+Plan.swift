import Files
import Git

extension Fetcher {
  /// What `get` would fetch. Repositories are asked what the files are; no content is downloaded.
  public func plan(_ requests: [ModelRequest], lockedBy lock: ModelLock? = nil) async -> FetchPlan {
    let models = await resolve(
      expanded(requests).map { ModelInProgress(request: $0) }, Remotes(network), lockedBy: lock)
    var plan = FetchPlan(
      models: [], bytes: 0, reused: 0, freeSpace: Directory.freeSpace(at: cache.root), cacheDirectory: cache.root)
    var counted: Set<SHA256Digest> = []
    for model in models {
      let name = model.wanted?.model ?? model.request.text
      guard let resolution = model.resolution, model.isAlive else {
        plan.models.append(.init(model: name, files: .failure(model.error ?? .interruption)))
        continue
      }
      let files = resolution.files.map { file in
        PlannedFile(path: file.path.string, bytes: file.size, cached: isCached(file))
      }
      plan.models.append(.init(model: name, files: .success(files)))
      for object in resolution.objects where counted.insert(object.oid).inserted {
        plan.bytes = plan.bytes.addingSize(object.size)
        if (try? store.contains(object.oid, size: object.size)) == true { plan.reused += object.size }
      }
    }
    return plan
  }

  /// What git keeps has come with the repository's tree.
  private func isCached(_ file: SelectedFile) -> Bool {
    switch file.content {
    case .blob: true
    case .object(let oid): file.size == 0 || (try? store.contains(oid, size: file.size)) == true
    case .unknown: false
    }
  }
}

/// The answer to `get --dry-run`.
public struct FetchPlan: Sendable {
  public struct Model: Sendable {
    public let model: String
    public let files: Result<[PlannedFile], FetchError>
  }

  public internal(set) var models: [Model]
  /// Of all objects, each counted once.
  public internal(set) var bytes: Int64
  /// Of those that are in the cache already.
  public internal(set) var reused: Int64
  public internal(set) var freeSpace: Int64?
  public let cacheDirectory: String
}

public struct PlannedFile: Sendable, Equatable {
  public let path: String
  public let bytes: Int64
  public let cached: Bool
}

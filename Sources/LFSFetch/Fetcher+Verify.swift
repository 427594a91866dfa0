import Files
import Git
import Text

extension Fetcher {
  /// Hashes again what the cache holds: the objects of the given models, or all. Asks nobody, changes nothing.
  public func verify(_ requests: [ModelRequest]?) async throws(FetchError) -> VerifyReport {
    if requests == nil, configuration.cacheDirectory != nil, (try? FileStatus.of(cache.root)) ?? nil == nil {
      throw FetchError(.notFound, "there is no cache `\(cache.root.escapingControls)`")
    }
    let objects = if let requests { try objects(of: requests) } else { try allObjects() }
    let store = store
    var report = VerifyReport(checked: 0, bytes: 0, damaged: [])
    // Reading and hashing keep a processor busy each; more at once would only wait for the disk.
    await withTaskGroup(of: (Object, String?).self) { group in
      var next = objects.makeIterator()
      func add(_ object: Object) {
        group.addTask { (object, await onBlockingThread { () throws(Never) in Self.damage(of: object, in: store) }) }
      }
      for _ in 0..<Self.verifiedAtOnce { if let object = next.next() { add(object) } }
      for await (object, damage) in group {
        report.checked += 1
        report.bytes += object.size
        if let damage { report.damaged.append(.init(object: object.oid.hex, names: object.names, reason: damage)) }
        if let object = next.next() { add(object) }
      }
    }
    if Task.isCancelled { throw .interruption }
    report.damaged.sort { $0.object < $1.object }
    return report
  }

  private static let verifiedAtOnce = 4

  private struct Object: Sendable {
    let oid: SHA256Digest
    let size: Int64
    var names: [String]
  }

  private static func damage(of object: Object, in store: ObjectStore) -> String? {
    do throws(FileError) {
      guard try store.contains(object.oid, size: nil) else { return "it is missing" }
      guard try store.contains(object.oid, size: object.size) else { return "its size is wrong" }
      let found = try store.hash(object.oid)
      return found == object.oid ? nil : "its bytes have the SHA-256 \(found)"
    } catch {
      return error.description
    }
  }

  private func objects(of requests: [ModelRequest]) throws(FetchError) -> [Object] {
    var objects: [Object] = []
    for request in requests {
      let wanted = try Wanted(request, registry: registry)
      guard let resolution = try resolver.remembered(wanted, trustingReferences: true) else {
        throw notCached(wanted)
      }
      for object in resolution.objects {
        if let index = objects.firstIndex(where: { $0.oid == object.oid }) {
          objects[index].names.append("\(wanted.model): \(object.path)")
        } else {
          objects.append(Object(oid: object.oid, size: object.size, names: ["\(wanted.model): \(object.path)"]))
        }
      }
    }
    return objects
  }

  /// Everything in the store, with the names that the registry's models have for it.
  private func allObjects() throws(FetchError) -> [Object] {
    var names: [SHA256Digest: [String]] = [:]
    for entry in registry.entries {
      let wanted = try Wanted(try ModelRequest(entry.name), registry: registry)
      for object in try resolver.remembered(wanted, trustingReferences: true)?.objects ?? [] {
        names[object.oid, default: []].append("\(entry.name): \(object.path)")
      }
    }
    do throws(FileError) {
      return try store.all().map { Object(oid: $0.oid, size: $0.size, names: names[$0.oid] ?? []) }
    } catch {
      throw FetchError(file: error, doing: "cannot read the cache `\(cache.root.escapingControls)`")
    }
  }
}

/// What `verify` found.
public struct VerifyReport: Sendable, Equatable {
  public struct Damage: Sendable, Equatable {
    public let object: String
    /// `model: path`, as far as they are known.
    public let names: [String]
    public let reason: String
    /// After `repair`: whether the object is sound again, and if not, why.
    public internal(set) var isRepaired = false
    public internal(set) var failure: FetchError?
  }

  public internal(set) var checked: Int
  public internal(set) var bytes: Int64
  public internal(set) var damaged: [Damage]
}

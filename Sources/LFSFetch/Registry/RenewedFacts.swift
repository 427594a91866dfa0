import Git
import JSON
import Text

/// What a repository says of a model or a variant now, and how that gets into a registry file that says something else.
struct RenewedFacts: Sendable {
  struct Object: Sendable, Equatable {
    let oid: SHA256Digest
    let size: Int64
    let isExecutable: Bool
  }

  /// What was found to be different.
  struct Difference: Sendable, Equatable {
    var added: [String] = []
    var changed: [String] = []
    var removed: [String] = []
  }

  /// nil where the place says none itself.
  var branch: String?
  var commit: String?
  /// By path; nil where the place has none.
  var objects: [ExactText: Object]?

  init(branch: String? = nil, commit: String? = nil, objects: [ExactText: Object]? = nil) {
    (self.branch, self.commit, self.objects) = (branch, commit, objects)
  }

  /// The LFS objects among the files.
  static func objects(of resolution: Resolution) -> [ExactText: Object] {
    var objects: [ExactText: Object] = [:]
    for file in resolution.files where file.path.isUnicode {
      guard case .object(let oid) = file.content else { continue }
      objects[file.path.string] = Object(oid: oid, size: file.size, isExecutable: file.mode == .executable)
    }
    return objects
  }

  static func json(_ objects: [ExactText: Object]) -> JSON {
    .object(objects.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value.json) })
  }

  func difference(from old: [ExactText: PinnedObject]) -> Difference {
    guard let objects else { return Difference() }
    return Difference(
      added: objects.keys.filter { old[$0] == nil }.sorted().map(\.text),
      changed: objects.keys.filter { path in old[path].map { $0.oid != objects[path]?.oid } ?? false }.sorted()
        .map(\.text),
      removed: old.keys.filter { objects[$0] == nil }.sorted().map(\.text))
  }

  /// Only what differs is written, and no more of it than must be.
  func edits(of place: JSON, in text: JSONText) -> [JSONText.Edit] {
    var edits: [JSONText.Edit] = []
    var new: [(String, JSON)] = []
    for (key, value) in [("branch", branch), ("revision", commit)] {
      guard let value else { continue }
      if let old = place[key] {
        if (try? old.string()) != value { edits += text.replacing(old, by: .string(value)) }
      } else {
        new.append((key, .string(value)))
      }
    }
    if let objects {
      if let old = place["objects"] {
        edits += self.edits(of: old, objects, in: text)
      } else if !objects.isEmpty {
        new.append(("objects", Self.json(objects)))
      }
    }
    return new.isEmpty ? edits : edits + text.changing(place, adding: new)
  }

  private func edits(of place: JSON, _ objects: [ExactText: Object], in text: JSONText) -> [JSONText.Edit] {
    let members = (try? place.members()) ?? []
    let present = Set(members.map { ExactText($0.name) })
    var edits: [JSONText.Edit] = []
    for member in members {
      if let object = objects[member.name] { edits += object.edits(of: member.value, in: text) }
    }
    let added = objects.filter { !present.contains($0.key) }.sorted { $0.key < $1.key }
    let removed = present.subtracting(objects.keys)
    guard !added.isEmpty || !removed.isEmpty else { return edits }
    // What is taken away is not changed as well.
    return edits + text.changing(place, removing: removed, adding: added.map { ($0.key.text, $0.value.json) })
  }
}

extension RenewedFacts.Object {
  fileprivate var json: JSON {
    .object([
      ("sha256", .string(oid.hex)), ("size", .integer(size)), ("executable", isExecutable ? .bool(true) : nil),
    ])
  }

  /// Mirrors have the old bytes, so they go when the bytes are others.
  fileprivate func edits(of place: JSON, in text: JSONText) -> [JSONText.Edit] {
    var edits: [JSONText.Edit] = []
    var new: [(String, JSON)] = []
    var gone: Set<ExactText> = []
    if let old = place["sha256"], (try? old.string()) != oid.hex {
      edits += text.replacing(old, by: .string(oid.hex))
      if place["mirrors"] != nil { gone.insert("mirrors") }
    }
    if let old = place["size"] {
      if (try? old.integer()) != size { edits += text.replacing(old, by: .integer(size)) }
    } else {
      new.append(("size", .integer(size)))
    }
    let wasExecutable = (try? place["executable"]?.bool()) ?? false
    if wasExecutable != isExecutable {
      if let old = place["executable"] {
        edits += text.replacing(old, by: .bool(isExecutable))
      } else {
        new.append(("executable", .bool(true)))
      }
    }
    guard !new.isEmpty || !gone.isEmpty else { return edits }
    return edits + text.changing(place, removing: gone, adding: new)
  }
}

extension RepositoryPath {
  /// A registry file is Unicode.
  fileprivate var isUnicode: Bool { String(validating: bytes, as: UTF8.self) != nil }
}

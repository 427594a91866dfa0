import Files
import JSON
import Text

/// The registry file that commands change. What they do not change in it stays as it was written; a change that would
/// make a fault is refused, and the file on the disk goes from the old content to the new in one step.
package struct RegistryFile: Sendable {
  package let path: String
  private(set) var text: JSONText
  private(set) var contents: RegistryContents
  /// nil when there is no such file yet.
  private let original: [UInt8]?

  private static let largestFile = 16 << 20

  package init(_ path: String) throws(FetchError) {
    self.path = path
    do throws(FileError) {
      original = try FileStatus.of(path.realPath) == nil ? nil : try readFile(path, limit: Self.largestFile)
    } catch {
      throw FetchError(reading: error, doing: "cannot read the registry `\(path.escapingControls)`")
    }
    let bytes = original ?? Array("{\n  \"models\": {}\n}\n".utf8)
    contents = try RegistryLayer.parse(bytes, name: path, kind: .option).contents
    do throws(JSONError) { text = try JSONText(bytes) } catch { throw Self.impossible(path, error) }
  }

  /// A file that must be there.
  package init(existing path: String) throws(FetchError) {
    try self.init(path)
    guard original != nil else {
      throw FetchError(.usage, "cannot read the registry `\(path.escapingControls)`", causes: ["there is no such file"])
    }
  }

  private static func impossible(_ path: String, _ error: JSONError) -> FetchError {
    FetchError(
      .usage, "cannot change the registry `\(path.escapingControls)`", causes: [error.description.escapingControls])
  }

  private mutating func apply(_ edits: [JSONText.Edit]) throws(FetchError) {
    do throws(JSONError) { try text.apply(edits) } catch { throw Self.impossible(path, error) }
    contents = try RegistryLayer.parse(text.bytes, name: path, kind: .option).contents
  }

  package func save() throws(FetchError) {
    guard text.bytes != original else { return }
    do throws(FileError) {
      if let folder = path.parentFolder { try Directory.create(folder) }
      try Folder(path.realPath.parentFolder ?? ".").exclusively { () throws(FileError) in
        let current = try FileStatus.of(path.realPath) == nil ? nil : try readFile(path, limit: Self.largestFile)
        guard current == original else {
          throw FileError("change", path, errno: 0)
        }
        try rewriteFile(path, with: text.bytes)
      }
    } catch {
      if error.errno == 0 {
        throw FetchError(
          .disk, "`\(path.escapingControls)` was changed by somebody else meanwhile", hint: "run the command again")
      }
      throw FetchError(file: error, doing: "cannot write the registry `\(path.escapingControls)`")
    }
  }

  // MARK: Changes

  func has(_ name: String) -> Bool {
    contents.models.contains { $0.value.name == name } || contents.presets.contains { $0.value.name == name }
  }

  package mutating func add(_ name: String, _ facts: JSON) throws(FetchError) {
    if has(name) || contents.models.contains(where: { $0.value.aliases.contains(name) }) {
      throw FetchError(
        .usage, "`\(name.escapingControls)` is in `\(path.escapingControls)` already",
        hint: "`lfsfetch registry update \(name.escapingControls)` renews it, `lfsfetch registry remove` takes it away")
    }
    if let models = text.root["models"] {
      try apply(text.changing(models, adding: [(name, facts)]))
    } else {
      try apply(text.changing(text.root, adding: [("models", .object([(name, facts)]))]))
    }
  }

  /// Takes a model or a preset away, or an alias alone; returns what it was.
  package mutating func remove(_ name: String) throws(FetchError) -> Removed? {
    for (key, removed) in [("models", Removed.model), ("presets", .preset)] {
      guard let group = text.root[key], case .object(let members) = group.value,
        members.contains(where: { $0.name == name })
      else { continue }
      try apply(text.changing(group, removing: [ExactText(name)]))
      return removed
    }
    guard let model = contents.models.first(where: { $0.value.aliases.contains(name) }),
      let aliases = model.json["aliases"]
    else { return nil }
    if model.value.aliases.count == 1 {
      try apply(text.changing(model.json, removing: ["aliases"]))
    } else {
      try apply(text.changing(aliases, removing: { (try? $0.string()) == name }))
    }
    return .alias(of: model.value.name)
  }

  package enum Removed: Sendable, Equatable {
    case model, preset
    case alias(of: String)
  }

  /// False when there is no such model here.
  package mutating func add(aliases: [String], to name: String) throws(FetchError) -> Bool {
    guard let model = contents.models.first(where: { $0.value.name == name || $0.value.aliases.contains(name) }) else {
      return false
    }
    let new = aliases.filter { !model.value.aliases.contains($0) }.map { JSON.string($0) }
    if let present = model.json["aliases"] {
      try apply(text.changing(present, adding: new))
    } else {
      try apply(text.changing(model.json, adding: [("aliases", .array(new))]))
    }
    return true
  }

  /// The facts of several models or variants at once: `places` are their objects in the text.
  mutating func renew(_ places: [(json: JSON, facts: RenewedFacts)]) throws(FetchError) {
    try apply(places.flatMap { $0.facts.edits(of: $0.json, in: text) })
  }
}

import Git
import HTTP
import JSON
import Text

/// Turns the JSON of a registry file into entries, and finds every fault in it with its place.
enum RegistryReader {
  static func read(_ json: JSON) throws(JSONError) -> Registry {
    try json.requireOnly(["models", "$schema"])
    var entries: [RegistryEntry] = []
    for member in try json.required("models").members() {
      guard isName(member.name) else {
        throw JSONError(
          "`\(member.name)` is no name for a model: use letters, digits, `.`, `_` and `-`", at: member.position)
      }
      guard !entries.contains(where: { $0.name == member.name }) else {
        throw JSONError("the model `\(member.name)` stands here twice", at: member.position)
      }
      entries.append(try entry(named: member.name, member.value))
    }
    return Registry(entries: entries)
  }

  /// Names are typed into shells and become parts of paths.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    return text.utf8.count <= 100
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0)
      }
  }

  private static func entry(named name: String, _ json: JSON) throws(JSONError) -> RegistryEntry {
    try json.requireOnly([
      "aliases", "description", "licence", "homepage", "source", "branch", "revision", "files", "main", "objects",
    ])
    var entry = RegistryEntry(name: name, source: try json.required("source").string())
    entry.aliases = try json["aliases"].map(names) ?? []
    entry.description = try json["description"]?.string()
    entry.licence = try json["licence"]?.string()
    entry.homepage = try json["homepage"]?.string()
    entry.branch = try json["branch"]?.string()
    entry.revision = try json["revision"]?.string()
    entry.files = try json["files"].map(strings) ?? []
    entry.main = try json["main"].map(path)
    for member in try json["objects"]?.members() ?? [] {
      try check(path: member.name, at: member.position)
      entry.objects[member.name] = try object(member.value)
    }
    return entry
  }

  private static func object(_ json: JSON) throws(JSONError) -> PinnedObject {
    try json.requireOnly(["sha256", "size", "executable", "mirrors"])
    let field = try json.required("sha256")
    guard let oid = SHA256Digest(hex: try field.string()) else {
      throw JSONError("expected 64 lowercase hexadecimal digits", at: field.position)
    }
    let size = try json["size"]?.integer()
    if let size, size < 0 { throw JSONError("a size cannot be negative", at: json["size"]?.position ?? json.position) }
    if let size, size > Pointer.largestObject {
      throw JSONError("the size is larger than files can be", at: json["size"]?.position ?? json.position)
    }
    var mirrors: [HTTPURL] = []
    for mirror in try json["mirrors"]?.elements() ?? [] {
      do throws(HTTPURLError) {
        mirrors.append(try HTTPURL((try? mirror.string()) ?? ""))
      } catch {
        throw JSONError("expected an http or https URL: \(error)", at: mirror.position)
      }
    }
    let isExecutable = try json["executable"]?.bool() ?? false
    return PinnedObject(oid: oid, size: size, isExecutable: isExecutable, mirrors: mirrors)
  }

  private static func strings(_ json: JSON) throws(JSONError) -> [String] {
    var values: [String] = []
    for element in try json.elements() { values.append(try element.string()) }
    return values
  }

  private static func names(_ json: JSON) throws(JSONError) -> [String] {
    for element in try json.elements() where !isName(try element.string()) {
      throw JSONError("an alias may have letters, digits, `.`, `_` and `-`", at: element.position)
    }
    return try strings(json)
  }

  private static func path(_ json: JSON) throws(JSONError) -> String {
    let text = try json.string()
    try check(path: text, at: json.position)
    return text
  }

  /// Registry paths are as hostile as a repository's (CVE-2010-1512).
  private static func check(path: String, at position: JSON.Position) throws(JSONError) {
    do throws(GitError) {
      _ = try RepositoryPath(validating: path)
    } catch {
      throw JSONError("`\(path.escapingControls)` is not a path inside a repository", at: position)
    }
  }
}

extension JSON {
  /// A misspelt key must not be passed over in silence.
  fileprivate func requireOnly(_ names: [String]) throws(JSONError) {
    var seen: Set<String> = []
    for member in try members() {
      guard names.contains(member.name) else {
        throw JSONError(
          "`\(member.name)` is unknown here; expected one of \(names.map { "`\($0)`" }.joined(separator: ", "))",
          at: member.position)
      }
      guard seen.insert(member.name).inserted else {
        throw JSONError("`\(member.name)` stands here twice", at: member.position)
      }
    }
  }
}

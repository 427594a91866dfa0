import Git
import HTTP
import JSON
import Text

/// The parts that models and variants have in common.
extension RegistryReader {
  static func facts(_ json: JSON) throws(JSONError) -> ModelFacts {
    var facts = ModelFacts(source: try json["source"].map(source))
    facts.branch = try json["branch"]?.string()
    facts.revision = try json["revision"]?.string()
    facts.template = try json["template"].map(template)
    facts.files = try json["files"].map(strings) ?? []
    facts.main = try json["main"].map(path)
    for member in try json["objects"]?.members() ?? [] {
      try check(path: member.name, at: member.position)
      guard facts.objects[member.name] == nil else {
        throw JSONError("the object `\(member.name)` stands here twice", at: member.position)
      }
      facts.objects[member.name] = try object(member.value, isOnlySource: facts.source == nil)
    }
    return facts
  }

  /// Other ways to write the address of a repository come to the one that git knows.
  private static func source(_ json: JSON) throws(JSONError) -> String {
    let text = try json.string().withLowercaseScheme
    guard text.begins(with: HuggingFaceAddress.scheme) else {
      let isBucket = text.begins(with: BucketAddress.scheme)
      guard
        text.plainFragment != nil
          || (isBucket ? BucketAddress.split(text).glob : ReleaseAddress.split(text)?.glob) == nil
      else {
        throw JSONError(
          "a path or glob is written as `files` here" + (isBucket ? "; in a key `%3A` stands for `:`" : ""),
          at: json.position)
      }
      do throws(FetchError) { try SourceAddress.check(text) } catch {
        throw JSONError(([error.message] + error.causes).joined(separator: ": "), at: json.position)
      }
      return text
    }
    let address: HuggingFaceAddress
    do throws(FetchError) { address = try HuggingFaceAddress(text) } catch {
      throw JSONError(([error.message] + error.causes).joined(separator: ": "), at: json.position)
    }
    guard address.revision == nil, address.path == nil else {
      throw JSONError("a revision is written as `revision` or `branch` here, and a path as `files`", at: json.position)
    }
    return address.repository
  }

  /// Where the model has a source, an object without its hash would say nothing of what that has.
  private static func object(_ json: JSON, isOnlySource: Bool) throws(JSONError) -> PinnedObject {
    try json.requireOnly(objectKeys)
    let isUnverified = isOnlySource && json["sha256"] == nil && json["mirrors"] != nil
    let oid = try isUnverified ? nil : digest(json.required("sha256"))
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

  private static func digest(_ json: JSON) throws(JSONError) -> SHA256Digest {
    guard let digest = SHA256Digest(hex: try json.string()) else {
      throw JSONError("expected 64 lowercase hexadecimal digits", at: json.position)
    }
    return digest
  }

  private static func template(_ json: JSON) throws(JSONError) -> Template {
    let text = try json.string()
    do throws(Template.Fault) { return try Template(text) } catch { throw JSONError(error.reason, at: json.position) }
  }

  /// `16 GB`, `512 MiB`: a number of bytes with a unit.
  static func amount(_ json: JSON) throws(JSONError) -> Int64 {
    let text = try json.string()
    let words = text.split(separator: " ")
    let units =
      ["kB", "MB", "GB", "TB"].enumerated().map { ($1, 1000, $0 + 1) }
      + ["KiB", "MiB", "GiB", "TiB"].enumerated()
      .map { ($1, 1024, $0 + 1) }
    guard words.count == 2, words[0].utf8.allSatisfy({ "0123456789.".utf8.contains($0) }),
      let number = Double(words[0]), number < 1e6, let unit = units.first(where: { $0.0 == words[1] })
    else {
      throw JSONError(
        "`\(text)` is no amount of memory: write `16 GB`, or another of kB, MB, GB, TB, KiB, MiB, GiB, TiB",
        at: json.position)
    }
    return Int64(number * (0..<unit.2).reduce(1.0) { result, _ in result * Double(unit.1) })
  }

  static func strings(_ json: JSON) throws(JSONError) -> [String] {
    var values: [String] = []
    for element in try json.elements() { values.append(try element.string()) }
    return values
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
  func requireOnly(_ names: [String]) throws(JSONError) {
    var seen: Set<String> = []
    for member in try members() {
      guard names.contains(member.name) else {
        let guess = NearestName.hint(for: member.name, among: names).map { " (\($0))" } ?? ""
        throw JSONError(
          "`\(member.name)` is unknown here\(guess); expected one of "
            + names.map { "`\($0)`" }.joined(separator: ", "), at: member.position)
      }
      guard seen.insert(member.name).inserted else {
        throw JSONError("`\(member.name)` stands here twice", at: member.position)
      }
      if case .null = member.value.value {
        throw JSONError("`\(member.name)` is null; leave it out instead", at: member.value.position)
      }
    }
  }
}

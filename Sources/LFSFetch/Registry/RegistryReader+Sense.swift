import Git
import JSON
import Text

/// Finds what an entry says that its source cannot mean: left to itself, it would be passed over in silence.
extension RegistryReader {
  /// Of a model or a variant: `own` is what stands in `json`, `facts` is all that holds for it.
  static func checkSense(of own: ModelFacts, as facts: ModelFacts, in json: JSON) throws(JSONError) {
    if let source = facts.source, let place = OneVersionPlace(source) {
      for key in ["branch", "revision"] {
        guard let field = json[key] else { continue }
        throw JSONError("`\(key)` is for repositories, and the source is \(place.kind)", at: field.position)
      }
      if let file = place.fileName { try checkFile(file, place, own, facts, in: json) }
    }
    try checkMain(facts, in: json)
  }

  /// Of a place that is a single file.
  private static func checkFile(
    _ file: String, _ place: OneVersionPlace, _ own: ModelFacts, _ facts: ModelFacts, in json: JSON
  ) throws(JSONError) {
    if let template = json["template"] {
      throw JSONError("`template` is for places with several files, and the source is one", at: template.position)
    }
    for element in (try? json["files"]?.elements()) ?? [] {
      guard let text = try? element.string(), !Glob(text).matches(Array(file.utf8)) else { continue }
      throw JSONError(
        "`\(text.escapingControls)` does not fit the one file of the source, `\(file.escapingControls)`",
        at: element.position)
    }
    if let main = json["main"], own.main?.isSame(as: file) != true {
      throw JSONError(
        "the main file is not the one file of the source, `\(file.escapingControls)`", at: main.position)
    }
    for member in (try? json["objects"]?.members()) ?? [] {
      guard member.name.isSame(as: file) else {
        throw JSONError(
          "`\(member.name.escapingControls)` is not the one file of the source, `\(file.escapingControls)`",
          at: member.position)
      }
      guard let digest = place.digest, let promised = own.objects[file]?.oid, promised != digest else { continue }
      throw JSONError(
        "this is not the hash that the source has behind its `#`",
        at: member.value["sha256"]?.position ?? member.position)
    }
  }

  /// A main file that is not among the files could never be printed.
  private static func checkMain(_ facts: ModelFacts, in json: JSON) throws(JSONError) {
    guard let main = facts.main, let field = json["main"] else { return }
    let path = Array(main.utf8)
    if facts.isSelective, !Selection(include: facts.files, template: facts.template).contains(path) {
      throw JSONError(
        "`\(main.escapingControls)` is none of the files that `files` and `template` select", at: field.position)
    }
    if facts.place == SourceAddress.mirrorsOnly, facts.objects[main] == nil {
      throw JSONError(
        "`\(main.escapingControls)` is none of the `objects`, which are all files of a model without `source`",
        at: field.position)
    }
  }
}

/// A place that has one state of its files, whatever is on this machine: anything but repositories and paths.
private struct OneVersionPlace {
  /// In words.
  let kind: String
  /// nil where it may have several files.
  let fileName: String?
  /// The hash that stands in the address.
  var digest: SHA256Digest?

  /// nil for repositories and paths.
  init?(_ source: String) {
    guard source.plainFragment != nil || source.begins(with: BucketAddress.scheme) || ReleaseAddress(source) != nil
    else {
      return nil
    }
    switch try? SourceAddress(source) {
    case .url(_, let digest)?: (kind, self.digest) = ("a plain file", digest)
    case .bucket?: kind = "in a bucket"
    case .release?: kind = "a release"
    case .git?, .local?, .mirrors?, nil: return nil
    }
    fileName = SourceAddress.fileName(of: source)
  }
}

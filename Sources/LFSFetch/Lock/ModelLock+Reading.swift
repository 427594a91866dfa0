import Git
import HTTP
import JSON
import Text

/// Reads a lock file; the first fault in it is told with its place.
extension ModelLock {
  private static let topKeys = ["version", "models", "chunks"]
  private static let modelKeys = [
    "source", "revision", "commit", "reference", "lfs", "main", "selection", "files",
  ]
  private static let fileKeys = [
    "path", "pathBase64", "mode", "size", "sha256", "learned", "mirrors", "blob", "text", "base64",
  ]

  package init(parsing bytes: [UInt8]) throws(JSONError) {
    let json = try JSON.parse(bytes)
    let version = try json.required("version")
    guard try version.integer() == Self.version else {
      throw JSONError("this version of lfsfetch knows only lock files of version \(Self.version)", at: version.position)
    }
    try json.requireOnly(Self.topKeys)
    for member in try json.required("models").members() {
      guard let request = try? ModelRequest(member.name), request.text.isSame(as: member.name),
        models[member.name] == nil
      else {
        throw JSONError(
          "`\(member.name.escapingControls)` is no name of a model, or stands here twice", at: member.position)
      }
      models[member.name] = try Self.model(member.value)
    }
    var sizes: [SHA256Digest: Int64] = [:]
    for file in models.values.flatMap(\.files) {
      guard let oid = file.object else { continue }
      guard sizes.updateValue(file.size, forKey: oid) ?? file.size == file.size else {
        throw JSONError("the object \(oid.hex) has two sizes", at: json.position)
      }
    }
    for member in try json["chunks"]?.members() ?? [] {
      guard let oid = SHA256Digest(hex: member.name), let size = sizes[oid] else {
        throw JSONError("`\(member.name.escapingControls)` is no object of the files above", at: member.position)
      }
      chunks[oid] = try Self.chunks(member.value, size: size)
    }
  }

  private static func model(_ json: JSON) throws(JSONError) -> LockedModel {
    try json.requireOnly(modelKeys)
    var files: [SelectedFile] = []
    var contents: [RepositoryPath: [UInt8]] = [:]
    var mirrors: [SHA256Digest: [HTTPURL]] = [:]
    var paths: Set<RepositoryPath> = []
    for element in try json.required("files").elements() {
      let (file, content) = try file(element)
      guard paths.insert(file.path).inserted else {
        throw JSONError("the file `\(file.path)` stands here twice", at: element.position)
      }
      files.append(file)
      contents[file.path] = content
      if let oid = file.object, let list = element["mirrors"] { mirrors[oid] = try addresses(list) }
    }
    let source = try json["source"].map { field throws(JSONError) in try field.string() } ?? SourceAddress.mirrorsOnly
    if source == SourceAddress.mirrorsOnly,
      files.contains(where: { file in file.object.flatMap { mirrors[$0] } == nil })
    {
      throw JSONError("`source` is missing, and not every file has `mirrors`", at: json.position)
    }
    let selection = try json.required("selection")
    _ = try selection.members()
    var model = LockedModel(
      source: source, selection: selection.text, files: files)
    (model.contents, model.mirrors) = (contents, mirrors)
    model.revision = try json["revision"]?.string()
    model.reference = try json["reference"]?.string()
    model.lfs = try json["lfs"]?.string()
    model.main = try json["main"]?.string()
    if let commit = json["commit"] {
      guard let id = ObjectID(hex: try commit.string()) else {
        throw JSONError("expected the 40 lowercase hexadecimal digits of a commit", at: commit.position)
      }
      model.commit = id.hex
    }
    return model
  }

  private static func file(_ json: JSON) throws(JSONError) -> (SelectedFile, content: [UInt8]?) {
    try json.requireOnly(fileKeys)
    let path = try path(of: json)
    let mode = try json["mode"].map { field throws(JSONError) in
      guard let mode = FileMode(name: try field.string()) else {
        throw JSONError("expected `regular`, `executable` or `symlink`", at: field.position)
      }
      return mode
    }
    let field = try json.required("size")
    let size = try field.integer()
    guard (0...Pointer.largestObject).contains(size) else {
      throw JSONError("this is no size of a file", at: field.position)
    }
    let digest = try json["sha256"].map { field throws(JSONError) in
      guard let digest = SHA256Digest(hex: try field.string()) else {
        throw JSONError("expected 64 lowercase hexadecimal digits", at: field.position)
      }
      return digest
    }
    let isLink = mode == .symlink
    if !isLink, digest == nil { throw JSONError("`sha256` is missing", at: json.position) }
    if let content = try content(of: json) {
      guard Int64(content.count) == size, isLink || SHA256.hash(content) == digest else {
        throw JSONError("the bytes of `\(path)` do not have the `size` and `sha256` that stand here", at: json.position)
      }
      let file = SelectedFile(
        path: path, mode: mode ?? .regular, blob: .digest(of: content), size: size, digest: isLink ? nil : digest)
      return (file, content)
    }
    if let blob = json["blob"] {
      guard let id = ObjectID(hex: try blob.string()), !isLink else {
        throw JSONError("expected 40 lowercase hexadecimal digits", at: blob.position)
      }
      return (SelectedFile(path: path, mode: mode ?? .regular, blob: id, size: size, digest: digest), nil)
    }
    guard let digest, !isLink else { throw JSONError("`text` is missing", at: json.position) }
    var file = SelectedFile(path: path, mode: mode ?? .regular, oid: digest, size: size)
    file.isLearned = try json["learned"]?.bool() ?? false
    return (file, nil)
  }

  private static func addresses(_ json: JSON) throws(JSONError) -> [HTTPURL] {
    var urls: [HTTPURL] = []
    for element in try json.elements() {
      // A lock holds no credentials.
      guard let url = try? HTTPURL(try element.string()), url.user == nil, url.password == nil else {
        throw JSONError("expected an http or https URL without credentials", at: element.position)
      }
      urls.append(url)
    }
    return urls
  }

  /// A lock's paths are as hostile as a repository's.
  private static func path(of json: JSON) throws(JSONError) -> RepositoryPath {
    let field = json["pathBase64"]
    let bytes: [UInt8]
    if let field { bytes = try decoded(field) } else { bytes = Array(try json.required("path").string().utf8) }
    do throws(GitError) { return try RepositoryPath(validating: bytes) } catch {
      throw JSONError("this is not a path inside a repository", at: (field ?? json).position)
    }
  }

  private static func content(of json: JSON) throws(JSONError) -> [UInt8]? {
    if let text = json["text"] { return Array(try text.string().utf8) }
    return try json["base64"].map(decoded)
  }

  private static func decoded(_ json: JSON) throws(JSONError) -> [UInt8] {
    guard let bytes = bytes(ofBase64: try json.string()) else {
      throw JSONError("this is no base64", at: json.position)
    }
    return bytes
  }

  private static func chunks(_ json: JSON, size: Int64) throws(JSONError) -> ChunkHashes {
    try json.requireOnly(["size", "sha256"])
    var hashes: [ChunkHash] = []
    for element in try json.required("sha256").elements() {
      guard let hash = ChunkHash(hex: try element.string()) else {
        throw JSONError("expected 32 lowercase hexadecimal digits", at: element.position)
      }
      hashes.append(hash)
    }
    guard let layout = ChunkLayout(size: size, chunkSize: try json.required("size").integer()),
      let chunks = ChunkHashes(layout: layout, hashes: hashes)
    else { throw JSONError("the chunks are not those of an object of \(size) bytes", at: json.position) }
    return chunks
  }
}

/// RFC 4648 base64 with padding; nil for anything else.
func bytes(ofBase64 text: String) -> [UInt8]? {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  let values = Dictionary(uniqueKeysWithValues: digits.enumerated().map { ($1, UInt32($0)) })
  let encoded = Array(text.utf8)
  let padding = encoded.reversed().prefix { $0 == UInt8(ascii: "=") }.count
  guard encoded.count % 4 == 0, padding <= 2 else { return nil }
  var bytes: [UInt8] = []
  var bits: UInt32 = 0
  for (index, digit) in encoded.enumerated() {
    guard let value = index >= encoded.count - padding ? 0 : values[digit] else { return nil }
    bits = bits << 6 | value
    if index % 4 == 3 {
      bytes += [
        UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits),
      ]
    }
  }
  bytes.removeLast(padding)
  return bytes
}

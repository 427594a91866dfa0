import Git
import HTTP
import JSON

/// The text of a lock file: sorted, a file of a model and the chunks of an object on a line each, so that a change of
/// one thing is a change of one line.
extension ModelLock {
  static let version: Int64 = 1

  package var text: String {
    var lines = ["{", "  \"version\": \(Self.version),", "  \"models\": {"]
    let names = self.names
    for (index, name) in names.enumerated() {
      lines.append("    \(JSON.string(name).text): {")
      if let model = models[name] { lines += model.lines.map { "      " + $0 } }
      lines.append("    }" + (index + 1 < names.count ? "," : ""))
    }
    lines += ["  },", "  \"chunks\": {"]
    let objects = chunks.sorted { $0.key < $1.key }
    for (index, (oid, chunks)) in objects.enumerated() {
      let json = JSON.object([
        ("size", .integer(chunks.layout.chunkSize)), ("sha256", .array(chunks.hashes.map { .string($0.hex) })),
      ])
      lines.append("    \"\(oid.hex)\": \(json.text)" + (index + 1 < objects.count ? "," : ""))
    }
    return (lines + ["  }", "}", ""]).joined(separator: "\n")
  }
}

extension LockedModel {
  fileprivate var lines: [String] {
    let facts: [(String, String?)] = [
      ("source", source == SourceAddress.mirrorsOnly ? nil : source), ("revision", revision), ("commit", commit),
      ("reference", reference), ("lfs", lfs),
      ("main", main),
    ]
    var lines = facts.compactMap { name, value in value.map { "\"\(name)\": \(JSON.string($0).text)," } }
    lines.append("\"selection\": \(selection),")
    lines.append("\"files\": [")
    for (index, file) in files.enumerated() {
      lines.append(
        "  " + file.locked(contents[file.path], file.object.flatMap { mirrors[$0] }).text
          + (index + 1 < files.count ? "," : ""))
    }
    return lines + ["]"]
  }
}

extension SelectedFile {
  /// `content` is nil for LFS objects, and for files of git's that are too large to stand in a lock.
  fileprivate func locked(_ content: [UInt8]?, _ mirrors: [HTTPURL]?) -> JSON {
    let path = String(validating: path.bytes, as: UTF8.self)
    let text = content.flatMap { String(validating: $0, as: UTF8.self) }
    let blob: ObjectID? = if case .blob(let id) = self.content { id } else { nil }
    return .object([
      ("path", path.map { .string($0) }), ("pathBase64", path == nil ? .string(base64(self.path.bytes)) : nil),
      ("mode", mode == .regular ? nil : .string(mode.name)), ("size", .integer(size)),
      ("sha256", digest.map { .string($0.hex) }), ("learned", isLearned ? .bool(true) : nil),
      ("mirrors", mirrors.map { .array($0.map { .string($0.string) }) }),
      ("blob", content == nil ? blob.map { .string($0.hex) } : nil),
      ("text", text.map { .string($0) }),
      ("base64", text == nil ? content.map { .string(base64($0)) } : nil),
    ])
  }
}

import Git
import Text

/// A Git LFS pointer: the small text that stands in a repository for the content of a file.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
package struct Pointer: Hashable, Sendable {
  package let oid: SHA256Digest
  package let size: Int64
  /// `ext-N-name` lines: the content must be passed back through these programs, and each says what it has to make.
  package let extensions: [Extension]

  package struct Extension: Hashable, Sendable {
    package let priority: Int
    package let name: String
    package let oid: SHA256Digest
  }

  /// Of the file in the work tree, which is another content than the object's where extensions have changed it.
  package var contentOID: SHA256Digest { extensions.min { $0.priority < $1.priority }?.oid ?? oid }

  /// A blob of this size or more is never a pointer.
  package static let sizeLimit = 1024

  /// 16 TiB, the most that a file of ext4 holds. What claims to be larger is no object that anyone has, and sizes
  /// below this can be summed up without overflow, half a million of them.
  package static let largestObject: Int64 = 1 << 44

  /// The hash of no bytes: the pointer of an empty file, for which there is nothing to fetch.
  package static let emptyOID = SHA256.hash([])

  package init(oid: SHA256Digest, size: Int64, extensions: [Extension] = []) {
    self.oid = oid
    self.size = size
    self.extensions = extensions
  }
}

/// A text that begins as a pointer does but is none.
package struct PointerError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}

// MARK: - Reading

extension Pointer {
  private static let versions = [
    "https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1", "http://git-media.io/v/2",
  ]

  /// The pointer in a blob; nil when the blob is ordinary content; an error when it claims to be a pointer (its
  /// first line is a known version) but breaks the rules, because then it would be loaded as a model by mistake.
  package static func parse(_ blob: [UInt8]) throws(PointerError) -> Pointer? {
    if blob.isEmpty { return Pointer(oid: emptyOID, size: 0) }
    // git-lfs trims the blob, passes over empty lines and takes CRLF, so pointers that an editor has touched work
    // there and must work here.
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
    var trimmed = blob.drop(while: isSpace)
    while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
    guard blob.count < sizeLimit, trimmed.starts(with: "version ".utf8),
      let text = String(validating: trimmed, as: UTF8.self)
    else { return nil }
    let lines = text.utf8.split(separator: UInt8(ascii: "\n")).lazy
      .map { Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }.filter { !$0.isEmpty }
    guard let version = lines.first?.rest(after: "version "), versions.contains(where: version.isSame(as:)) else {
      return nil
    }
    return try Pointer(lines: lines.dropFirst())
  }

  private init(lines: some Sequence<Substring>) throws(PointerError) {
    var oid: SHA256Digest?
    var size: Int64?
    var extensions: [Extension] = []
    var lastKey = ""
    for line in lines {
      guard let (word, value) = line.cut(at: " ") else {
        throw PointerError(description: "a line is not `key value`")
      }
      let key = String(word)
      guard lastKey.utf8.lexicographicallyPrecedes(key.utf8) else {
        throw PointerError(description: "the keys are not sorted, or `\(key.escapingControls)` stands twice")
      }
      lastKey = key
      switch key {
      case "oid": oid = try Self.digest(value)
      case "size":
        guard let number = Int64(value), number >= 0, !value.begins(with: "+") else {
          throw PointerError(description: "the size is not a number")
        }
        guard number <= Self.largestObject else {
          throw PointerError(description: "the size is larger than files can be")
        }
        size = number
      case _ where key.begins(with: "ext-"): extensions.append(try Extension(key: key, value: value))
      default: throw PointerError(description: "the key `\(key.escapingControls)` is unknown")
      }
    }
    guard let oid else { throw PointerError(description: "it has no valid `oid` line") }
    guard let size else { throw PointerError(description: "it has no valid `size` line") }
    self.init(oid: oid, size: size, extensions: extensions)
  }

  fileprivate static func digest(_ value: Substring) throws(PointerError) -> SHA256Digest {
    guard let digest = value.rest(after: "sha256:").flatMap({ SHA256Digest(hex: $0) }) else {
      throw PointerError(description: "the oid is not `sha256:` and 64 lowercase hexadecimal digits")
    }
    return digest
  }
}

extension Pointer.Extension {
  /// `ext-0-name sha256:…`
  fileprivate init(key: String, value: Substring) throws(PointerError) {
    guard let (digit, name) = key.rest(after: "ext-")?.cut(at: "-"), digit.utf8.count == 1, let priority = Int(digit),
      !name.isEmpty
    else {
      throw PointerError(description: "the key `\(key.escapingControls)` is unknown")
    }
    self.init(priority: priority, name: String(name), oid: try Pointer.digest(value))
  }
}

// MARK: - Writing

extension Pointer {
  /// The canonical text; an empty file's pointer is empty.
  package var text: String {
    if size == 0 && oid == Self.emptyOID && extensions.isEmpty { return "" }
    var lines = ["version \(Self.versions[0])"]
    lines += extensions.sorted { $0.priority < $1.priority }.map { "ext-\($0.priority)-\($0.name) sha256:\($0.oid)" }
    lines += ["oid sha256:\(oid)", "size \(size)"]
    return lines.joined(separator: "\n") + "\n"
  }
}

import Text

/// The path of a file inside a repository: raw bytes, because git does not ask for UTF-8, that are safe to create
/// beneath a folder.
///
/// Only a validated path is a `RepositoryPath`. What is refused is what git itself refuses to check out: absolute
/// paths, `.` and `..`, empty components, NUL, and `.git` in every spelling that some file system takes for it, where a
/// backslash ends a name, too; and `.gitmodules`, in every spelling, as a link.
package struct RepositoryPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init(validating bytes: [UInt8]) throws(GitError) {
    if let reason = RepositoryPath.objection(to: bytes) {
      throw RepositoryPath.error(bytes, reason)
    }
    self.bytes = bytes
  }

  static func error(_ bytes: [UInt8], _ reason: String) -> GitError {
    GitError(.unsafePath, "the repository holds the path `\(display(bytes))`, which is not safe: \(reason)")
  }

  package init(validating text: String) throws(GitError) {
    try self.init(validating: Array(text.utf8))
  }

  /// Lossy where the bytes are not UTF-8.
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// For people: control characters are escaped.
  package var description: String { RepositoryPath.display(bytes) }

  package var components: [[UInt8]] {
    bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
  }

  /// By bytes, as git sorts.
  package static func < (left: RepositoryPath, right: RepositoryPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  static func display(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).escapingControls }

  /// Why `bytes` is no safe path, or nil when it is one.
  package static func objection(to bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "it is empty" }
    if bytes.first == UInt8(ascii: "/") { return "it is absolute" }
    if bytes.contains(0) { return "it contains a NUL byte" }
    if bytes.count > 4096 { return "it is longer than 4096 bytes" }
    for component in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if component.isEmpty { return "it has an empty component" }
      if component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8) {
        return "it contains `\(display(Array(component)))`"
      }
      for part in component.split(separator: UInt8(ascii: "\\")) where isGitFolder(part) {
        return "it reaches into a `.git` folder"
      }
    }
    return nil
  }

  /// Why there may be no symbolic link at `bytes`: git would read the file that it leads to as `.gitmodules`.
  static func objection(toLinkAt bytes: [UInt8]) -> String? {
    let parts = bytes.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    return parts.contains(where: isModulesFile) ? "`.gitmodules` must not be a link" : nil
  }

  /// `.git` as some file system would read it: any letter case; NTFS's short name `git~1`, trailing dots and
  /// spaces and streams (`.git::$INDEX_ALLOCATION`); HFS+'s code points that are ignored in names.
  private static func isGitFolder(_ component: ArraySlice<UInt8>) -> Bool {
    let name = folded(component)
    return name.elementsEqual(".git".utf8) || name.elementsEqual("git~1".utf8)
  }

  /// `.gitmodules` in the same way. NTFS's short name of it is `gitmod~1` to `gitmod~4`, and where these are taken, of
  /// the form `gi7eba~1`, in which the number may take more of the place of letters.
  private static func isModulesFile(_ component: ArraySlice<UInt8>) -> Bool {
    let name = folded(component)
    if name.elementsEqual(".gitmodules".utf8) { return true }
    guard let tilde = name.firstIndex(of: UInt8(ascii: "~")) else { return false }
    let (letters, number) = (name[..<tilde], name[(tilde + 1)...])
    guard let first = number.first, 0x31...0x39 ~= first, number.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
    if letters.elementsEqual("gitmod".utf8) { return number.count == 1 && first <= 0x34 }
    return name.count == 8 && "gi7eba".utf8.starts(with: letters)
  }

  private static func folded(_ component: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let visible = String(decoding: component, as: UTF8.self).unicodeScalars.filter { !isIgnoredByHFS($0) }
    var name = Array(visible.map(\.properties.lowercaseMapping).joined().utf8)[...]
    if let colon = name.firstIndex(of: UInt8(ascii: ":")) { name = name[..<colon] }
    while let last = name.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { name.removeLast() }
    return name
  }

  private static func isIgnoredByHFS(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200c...0x200f, 0x202a...0x202e, 0x206a...0x206f, 0xfeff: true
    default: false
    }
  }
}

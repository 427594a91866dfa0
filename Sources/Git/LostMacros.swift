import Files
import Text

/// Macros that are taken away from a path again, which libgit2 has no eye for: to it `*.bin large` gives what `large`
/// means to each file that fits, also where a later line says `!large`.
struct LostMacros {
  /// The files of the user and of the machine in which attributes stand, the stronger first.
  let files: [String]
  /// `info/attributes`
  let ownFile: String
  /// The lines of the `.gitattributes` at a path of the repository.
  let lines: (String) throws(GitError) -> [String]
  /// What libgit2 says of an attribute.
  let attribute: (String, [[UInt8]]) throws(GitError) -> [AttributeValue]

  /// Which of the paths, that libgit2 says have the attribute by this word, have it by a macro that does not hold for
  /// them. Where a pattern gives it without a macro, libgit2 is believed.
  func paths(losing word: String, among paths: [[UInt8]]) throws(GitError) -> Set<[UInt8]> {
    guard !paths.isEmpty else { return [] }
    let outside = files.reversed().map(Self.lines(ofFile:))
    let own = Self.lines(ofFile: ownFile)
    var macros = AttributeMacros()
    for lines in outside + [try lines(".gitattributes"), own] { macros.learn(lines) }
    let known = macros.names(meaning: word)
    guard !known.isEmpty else { return [] }
    var inside = [own]
    for path in Self.attributesPaths(above: paths) { inside.append(try lines(path.text)) }
    let given = (outside + inside).joined().compactMap { line -> [String]? in
      let words = AttributeMacros.words(line)
      guard let first = words.first, !first.begins(with: "#"), !first.begins(with: "[attr]") else { return nil }
      return Array(words.dropFirst())
    }
    func isGiven(_ text: String) -> Bool { given.contains { words in words.contains { $0.isSame(as: text) } } }
    guard !isGiven(word) else { return [] }
    // A macro that stands only in another one holds where that one does.
    let names = known.filter(isGiven)
    var holding: Set<[UInt8]> = []
    for name in names {
      for (path, value) in zip(paths, try attribute(name, paths)) where value == .set {
        holding.insert(path)
      }
    }
    return Set(paths).subtracting(holding)
  }

  /// The `.gitattributes` in the folders of the paths, and above them.
  private static func attributesPaths(above paths: [[UInt8]]) -> Set<ExactText> {
    var found: Set<ExactText> = []
    for path in paths {
      let folders = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true).dropLast()
      var folder = ""
      found.insert(ExactText(".gitattributes"))
      for name in folders {
        folder += String(decoding: name, as: UTF8.self) + "/"
        found.insert(ExactText(folder + ".gitattributes"))
      }
    }
    return found
  }

  static func lines(ofFile path: String) -> [String] { lines((try? readFile(path, limit: 1 << 20)) ?? []) }

  static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).lines.map(String.init)
  }
}

extension GitConfig {
  /// The files of the user and of the machine in which attributes stand, the stronger first.
  var attributesFiles: [String] {
    let home = processEnvironment("HOME") ?? ""
    let folder = processEnvironment("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
    var own = string("core.attributesfile") ?? folder + "/git/attributes"
    if let rest = own.rest(after: "~/") { own = home + "/" + rest }
    let system = (processEnvironment("PREFIX") ?? "") + "/etc/gitattributes"
    return processEnvironment("GIT_ATTR_NOSYSTEM").flatMap { GitConfig.bool($0) } == true ? [own] : [own, system]
  }
}

import Files
import Text

/// A program of the user's through which content passes on its way into git and out of it, as git's configuration has it
/// (`lfs.extension.NAME.clean`, `.smudge`, `.priority`).
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/extensions.md
package struct LFSExtension: Sendable, Equatable {
  package let name: String
  package let clean: String
  package let smudge: String
  package let priority: Int

  /// The command as a program: words parted by spaces, not a shell's language, and `%f` in them is the file's path.
  static func program(_ command: String, path: [UInt8]) throws(FileError) -> Program {
    let words = command.fields(at: " ")
    return try Program(
      String(words[0]), rawArguments: words.dropFirst().map { Array($0.utf8).replacing("%f".utf8, with: path) })
  }
}

extension LFSSettings {
  /// In the order in which content passes through them on its way into git. A repository's `.lfsconfig` can name no
  /// programs (`safeKeys`).
  package var extensions: [LFSExtension] {
    let prefix = "lfs.extension."
    var names: [String] = []
    var known: Set<ExactText> = []
    for entry in config.entries {
      // A priority alone, of which a repository can name thousands, makes none.
      guard let (name, key) = entry.name.rest(after: prefix)?.cut(atLast: "."), !name.isEmpty,
        key == "clean" || key == "smudge", known.insert(ExactText(name)).inserted
      else { continue }
      names.append(String(name))
    }
    return names.map { name in
      LFSExtension(
        name: name, clean: config.string("\(prefix)\(name).clean") ?? "",
        smudge: config.string("\(prefix)\(name).smudge") ?? "", priority: number("\(prefix)\(name).priority") ?? 0)
    }.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
  }

  /// The same, when it is clear which comes first.
  func orderedExtensions() throws(FetchError) -> [LFSExtension] {
    let all = extensions
    for (one, other) in zip(all, all.dropFirst()) where one.priority == other.priority {
      throw FetchError(
        .usage, "two LFS extensions have the priority \(one.priority)",
        causes: ["`\(one.name.escapingControls)` and `\(other.name.escapingControls)` of git's configuration"],
        hint: "give each its own `lfs.extension.NAME.priority`"
      ).inGitLFS("duplicate priority \(one.priority) on \(other.name.escapingControls)")
    }
    return all
  }
}

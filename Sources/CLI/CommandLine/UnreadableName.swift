import LFSFetch
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Names of folders that are not UTF-8. They come with replacement characters, since words are text here, and what is
/// made in them would be made elsewhere: so they are refused before anything is made.
enum UnreadableName {
  static func refuse(in arguments: Arguments, of command: CommandSpecification) throws(FetchError) {
    try refuseWorkingDirectory()
    var names = command.name == "clone" ? Array(arguments.operands.dropFirst()) : []
    for option in command.options where option.isPlace { names += arguments.values(of: option) }
    for name in names where name.has("\u{FFFD}") && isEndOfUnreadableWord(name) {
      throw FetchError(
        .usage, "the name `\(name.escapingControls)` has bytes that are not UTF-8",
        hint: "give a name in UTF-8; what is made may be renamed afterwards")
    }
  }

  /// A repository in it would be looked for elsewhere as well.
  private static func refuseWorkingDirectory() throws(FetchError) {
    guard let path = getcwd(nil, 0) else { return }
    defer { free(path) }
    guard String(validatingCString: path) == nil else { return }
    throw FetchError(
      .usage,
      "the path of the working directory, `\(String(cString: path).escapingControls)`, has bytes that are not UTF-8",
      hint: "go to a folder whose path is UTF-8, or rename this one")
  }

  /// The value of an option may stand behind the option's name.
  private static func isEndOfUnreadableWord(_ name: String) -> Bool {
    UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)).contains { word in
      guard let word, String(validatingCString: word) == nil else { return false }
      return String(cString: word).ends(with: name)
    }
  }
}

extension OptionSpecification {
  fileprivate var isPlace: Bool {
    switch kind {
    case .folder, .file: true
    default: false
    }
  }
}

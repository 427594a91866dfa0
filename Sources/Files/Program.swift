#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program to be started, with its arguments: a value. Making it looks the program up and starts nothing.
///
/// Programs are found as a shell finds them, save that only absolute folders of `PATH` count: a file of the working
/// directory, which may be somebody else's repository, is never taken for a program of the user's.
package struct Program: Sendable, Equatable {
  /// The whole path of the file.
  package let path: String
  /// Without the name itself; as bytes, since paths need not be text.
  package let rawArguments: [[UInt8]]
  /// The same for people.
  package var arguments: [String] { rawArguments.map { String(decoding: $0, as: UTF8.self) } }
  /// Variables in addition to those of this process, or in their place.
  package var environment: [String: String] = [:]
  /// It may ask the user something on the terminal. Others are led in a process group of their own, so that whatever
  /// they have started goes when they go.
  package var mayUseTerminal = false

  /// `name` is a whole path, or is looked up.
  package init(_ name: String, _ arguments: [String] = []) throws(FileError) {
    try self.init(name, rawArguments: arguments.map { Array($0.utf8) })
  }

  package init(_ name: String, rawArguments: [[UInt8]]) throws(FileError) {
    guard let path = Program.find(name, in: getenv("PATH").map { String(cString: $0) }) else {
      throw FileError("find the program", name, errno: ENOENT)
    }
    self.path = path
    self.rawArguments = rawArguments
  }

  /// What git's configuration calls a command: one that has anything of a shell's language in it is run by the shell,
  /// which gets the arguments after it.
  package init(command: String, _ arguments: [String] = []) throws(FileError) {
    guard command.utf8.contains(where: Program.isShellSyntax) else {
      try self.init(command, arguments)
      return
    }
    let line = arguments.isEmpty ? command : command + " \"$@\""
    try self.init(Program.shell, ["-c", line] + (arguments.isEmpty ? [] : [command] + arguments))
  }

  package static let shell = "/bin/sh"

  /// The bytes on which git decides the same.
  private static func isShellSyntax(_ byte: UInt8) -> Bool { "|&;<>()$`\\\"' \t\n*?[#~=%".utf8.contains(byte) }

  /// `text` as one word of a shell's command line, whatever is in it. As git writes it: `!` is kept from shells that
  /// take it for a reference to their history. Scalar by scalar: a quote is one to the shell even where a combining mark
  /// follows it.
  package static func quoted(_ text: String) -> String {
    var quoted = "'".unicodeScalars
    for scalar in text.unicodeScalars {
      if scalar == "'" || scalar == "!" { quoted += ["'", "\\", scalar, "'"] } else { quoted.append(scalar) }
    }
    return String(quoted) + "'"
  }

  static func find(_ name: String, in path: String?) -> String? {
    let slash = UInt8(ascii: "/")
    if name.utf8.contains(slash) { return name.utf8.first == slash && isExecutable(name) ? name : nil }
    guard !name.isEmpty else { return nil }
    return folders(of: path).lazy.map { $0 + "/" + name }.first(where: isExecutable)
  }

  /// What a shell runs by that name, wherever it stands: nil where it would look into the working directory, or into
  /// another relative folder, before it finds one. For what is written down for shells of others, such as git's.
  package static func findEverywhere(
    _ name: String, in path: String? = getenv("PATH").map { String(cString: $0) }
  ) -> String? {
    for folder in (path ?? "").utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      guard folder.first == UInt8(ascii: "/") else { return nil }
      let file = String(Substring(folder)) + "/" + name
      if isExecutable(file) { return file }
    }
    return nil
  }

  private static func folders(of path: String?) -> [String] {
    (path ?? "/usr/local/bin:/usr/bin:/bin").utf8.split(separator: UInt8(ascii: ":")).map { String(Substring($0)) }
      .filter { $0.utf8.first == UInt8(ascii: "/") }
  }

  private static func isExecutable(_ path: String) -> Bool {
    var raw = stat()
    return stat(path, &raw) == 0 && raw.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// `NAME=value` of each variable that the program will see.
  var variables: [String] {
    var variables: [String] = []
    var next = environ
    while let text = next.pointee {
      let variable = String(cString: text)
      let name = String(variable.prefix { $0 != "=" })
      if name != "PATH", environment[name] == nil { variables.append(variable) }
      next += 1
    }
    // The shell, too, must not find what lies in the working directory.
    let path = Program.folders(of: getenv("PATH").map { String(cString: $0) }).joined(separator: ":")
    return variables + ["PATH=" + path] + environment.map { "\($0)=\($1)" }
  }
}

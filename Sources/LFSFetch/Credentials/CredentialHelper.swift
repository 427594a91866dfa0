import Files
import Text

/// A credential helper of git's configuration: a program that keeps credentials, or knows where they are.
///
/// It is run as git runs it, but without git. `git credential-NAME` is the program `git-credential-NAME`, which is
/// looked for where git keeps its own, then in `PATH`.
/// https://git-scm.com/docs/gitcredentials#_custom_helpers
struct CredentialHelper: Sendable, Equatable {
  enum Operation: String, Sendable { case get, store, erase }

  /// As it stands in `credential.helper`.
  let command: String

  /// Starts nothing. `folders` are those in which git keeps its programs.
  func program(for operation: Operation, folders: [String]) throws(FileError) -> Program {
    var program: Program
    if let line = command.rest(after: "!") {
      program = try Program(command: String(line), [operation.rawValue])
    } else if command.begins(with: "/") {
      program = try Program(command: command, [operation.rawValue])
    } else {
      let name = command.cut(at: " ")?.before ?? command[...]
      let path = try Self.find("git-credential-" + name, in: folders)
      let rest = command[name.endIndex...]
      program =
        rest.isEmpty
        ? try Program(path, [operation.rawValue])
        : try Program(command: Program.quoted(path) + rest, [operation.rawValue])
    }
    // It may ask the user itself.
    program.mayUseTerminal = true
    return program
  }

  private static func find(_ name: String, in folders: [String]) throws(FileError) -> String {
    for folder in folders {
      if let program = try? Program(folder + "/" + name) { return program.path }
    }
    return try Program(name).path
  }

  /// Where git keeps the programs that it calls as `git NAME`: beside the git in `PATH`, else where it is usually
  /// installed. Git is not run to tell.
  static func folders(variable: (String) -> String?) -> [String] {
    var folders = [variable("GIT_EXEC_PATH") ?? ""]
    if let git = try? Program("git").path, let prefix = git.realPath.parentFolder?.parentFolder {
      folders += [prefix + "/lib/git-core", prefix + "/libexec/git-core"]
    }
    folders += [
      "/usr/lib/git-core", "/usr/libexec/git-core", "/usr/local/libexec/git-core",
      "/opt/homebrew/opt/git/libexec/git-core", "/Library/Developer/CommandLineTools/usr/libexec/git-core",
      "/Applications/Xcode.app/Contents/Developer/usr/libexec/git-core",
    ]
    return folders.filter { $0.begins(with: "/") }
  }

  /// What it answers; the lines that it says to the user go to `onLine`. Cancelling ends it.
  func run(
    _ operation: Operation, _ input: [UInt8], folders: [String], onLine: @escaping @Sendable (String) -> Void
  ) async throws(FileError) -> [UInt8] {
    let process = try ChildProcess(try program(for: operation, folders: folders), onErrorLine: onLine)
    let result = await withTaskCancellationHandler {
      await onBlockingThread { () -> Result<[UInt8], FileError> in
        do throws(FileError) {
          // One that does not read what it is told has no need to.
          try? process.write(input)
          process.closeInput()
          let output = try process.readAll(limit: 1 << 20)
          _ = process.wait()
          return .success(output)
        } catch { return .failure(error) }
      }
    } onCancel: {
      process.terminate()
    }
    return try result.get()
  }
}

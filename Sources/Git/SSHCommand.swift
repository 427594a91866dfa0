import Files
import Text

/// The ssh that the user wants to be run, and how it takes its options: found as git finds it.
///
/// https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresshCommand
package struct SSHCommand: Sendable, Equatable {
  /// Programs differ in how they are told the port; `simple` ones cannot be told anything.
  enum Variant: String, Sendable {
    case ssh, plink, putty, simple
    case tortoisePlink = "tortoiseplink"
  }

  /// A program, or a command for the shell.
  let text: String
  let isCommand: Bool
  /// What named it; nil for git's own choice.
  let origin: String?
  /// nil: the program must be asked whether it knows the options of OpenSSH.
  let variant: Variant?
  /// Whether the user can be asked something without a terminal, in a window.
  private let asksInWindow: Bool

  /// `config` must be the user's own: what is named here is run.
  package init(_ config: GitConfig, environment: (String) -> String? = processEnvironment) {
    let candidates: [(text: String?, isCommand: Bool, origin: String?)] = [
      (environment("GIT_SSH_COMMAND"), true, "GIT_SSH_COMMAND"),
      (config.string("core.sshCommand"), true, "core.sshCommand"), (environment("GIT_SSH"), false, "GIT_SSH"),
      ("ssh", false, nil),
    ]
    let chosen = candidates.first { $0.text?.isEmpty == false } ?? candidates[3]
    text = chosen.text ?? "ssh"
    (isCommand, origin) = (chosen.isCommand, chosen.origin)
    asksInWindow = environment("SSH_ASKPASS")?.isEmpty == false
    variant = Self.variant(
      environment("GIT_SSH_VARIANT") ?? config.string("ssh.variant"), of: chosen.isCommand ? Self.firstWord(text) : text
    )
  }

  var firstWord: String { Self.firstWord(text) }

  private static func variant(_ configured: String?, of program: String) -> Variant? {
    if let configured, configured != "auto" { return Variant(rawValue: configured) ?? .ssh }
    if configured == "auto" { return nil }
    let name = (program.words(at: "/").last ?? "").inLowerCase
    switch name.rest(before: ".exe") ?? name[...] {
    case "ssh": return .ssh
    case "plink": return .plink
    case "tortoiseplink": return .tortoisePlink
    default: return nil
    }
  }

  /// Of a command for the shell, without its quotes.
  static func firstWord(_ command: String) -> String {
    var word = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    for scalar in command.unicodeScalars.drop(while: { $0 == " " }) {
      if let open = quote {
        if scalar == open { quote = nil } else { word.append(scalar) }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar == " " || scalar == "\t" {
        break
      } else {
        word.append(scalar)
      }
    }
    return String(word)
  }

  /// The words that stand before the command for the other side. `sendsProtocol`: the host is to be told which protocol
  /// is spoken, which only OpenSSH can.
  func arguments(to address: SSHAddress, as variant: Variant, sendsProtocol: Bool) throws(GitError) -> [String] {
    var words: [String] = []
    if variant == .ssh, sendsProtocol { words += ["-o", "SendEnv=GIT_PROTOCOL"] }
    if variant == .tortoisePlink { words.append("-batch") }
    if let port = address.port {
      switch variant {
      case .ssh: words += ["-p", String(port)]
      case .plink, .putty, .tortoisePlink: words += ["-P", String(port)]
      case .simple:
        throw GitError(
          .invalidURL, "the ssh program `\(text.escapingControls)` cannot be told a port",
          cause: "its variant is `simple`; `GIT_SSH_VARIANT` or `ssh.variant` can name another")
      }
    }
    return words + [address.destination]
  }

  /// Whether ssh may be waiting for the user, who takes the time that it takes.
  var mayAsk: Bool { asksInWindow || ChildProcess.ownsTerminal }

  func program(_ arguments: [String]) throws(GitError) -> Program {
    do throws(FileError) {
      var program = isCommand ? try Program(command: text, arguments) : try Program(text, arguments)
      program.mayUseTerminal = true
      return program
    } catch {
      throw GitError(
        .config, "the ssh program `\(text.escapingControls)` is not there",
        cause: origin.map { "`\($0)` names it; a program is named by its whole path, or is in a folder of the PATH" }
          ?? "it is in no folder of the PATH")
    }
  }
}

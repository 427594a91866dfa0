import Files
import Text

/// The program that asks the user in a window: `GIT_ASKPASS`, `core.askPass`, `SSH_ASKPASS`, the first of them that is
/// set. It gets the question as its argument and prints the answer.
/// https://git-scm.com/docs/gitcredentials#_requesting_credentials
struct AskPass: Sendable {
  let command: String

  /// Nil where none is set; an empty `GIT_ASKPASS` stands for none at all.
  init?(configured: String?, variable: (String) -> String?) {
    guard let command = variable("GIT_ASKPASS") ?? configured ?? variable("SSH_ASKPASS"), !command.isEmpty else {
      return nil
    }
    self.command = command
  }

  /// Nil when it cannot be run, or the user has closed the window.
  func answer(to question: CredentialQuestion) async -> CredentialAnswer? {
    switch question.subject {
    case .host(let host, let known):
      let (scheme, rest) = host.cut(at: ":") ?? (host[...], "")
      let name = rest.rest(after: "//") ?? rest
      guard let username = if let known { known } else { await ask("Username for '\(host)': ") },
        let password = await ask("Password for '\(scheme)://\(username.percentEncodedForURL)@\(name)': ")
      else { return nil }
      return CredentialAnswer(username: username, password: password)
    case .certificate(let path):
      return await ask("Password for 'cert:///\(path)': ").map { CredentialAnswer(username: "", password: $0) }
    }
  }

  private func ask(_ question: String) async -> String? {
    guard var program = try? Program(command, [question]) else { return nil }
    program.mayUseTerminal = true
    guard let process = try? ChildProcess(program) else { return nil }
    return await withTaskCancellationHandler {
      await onBlockingThread { () -> String? in
        process.closeInput()
        guard let output = try? process.readAll(limit: 64 << 10), process.wait() == .exited(0) else { return nil }
        return String(decoding: output.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
      }
    } onCancel: {
      process.terminate()
    }
  }
}

extension String {
  /// As one part of a URL.
  fileprivate var percentEncodedForURL: String {
    utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        String(Unicode.Scalar(byte))
      default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}

import LFSFetch
import Synchronization
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks the person at the terminal. Questions go to standard error, one at a time, and what is secret is not shown
/// while it is typed.
final class Questioner: Sendable {
  private let console: Console
  /// Held while a question is open; hosts may want to know something at the same time.
  private let turn = Mutex(())

  private init(_ console: Console) { self.console = console }

  /// Nil where nobody is there to be asked: standard input and standard error must be a terminal.
  static func on(_ console: Console) -> Questioner? {
    isatty(0) == 1 && isatty(console.errors.descriptor) == 1 ? Questioner(console) : nil
  }

  /// Nil when the person gives no answer.
  func answer(to question: CredentialQuestion) -> CredentialAnswer? {
    turn.withLock { _ in
      console.errors.write(console.interlude.open())
      defer { console.interlude.close() }
      switch question.subject {
      case .host(let host, let known):
        let shown = host.escapingControls
        guard let username = known ?? read("Username for \(shown): "), !username.isEmpty,
          let password = readSecret("Password or token for \(username.escapingControls) at \(shown): ")
        else { return nil }
        return CredentialAnswer(username: username, password: password)
      case .certificate(let path):
        return readSecret("Passphrase of `\(path.escapingControls)`: ").map {
          CredentialAnswer(username: "", password: $0)
        }
      }
    }
  }

  /// A token for a host, by itself.
  func token(for host: String) -> String? {
    turn.withLock { _ in readSecret("Token for \(host.escapingControls): ") }
  }

  private func read(_ question: String) -> String? {
    console.errors.write(question)
    return readLine().map { String($0.filter { $0 != "\r" }) }
  }

  private func readSecret(_ question: String) -> String? {
    guard console.echo.switchOff() else { return nil }
    defer {
      console.echo.restore()
      // The line break of the answer was not shown either.
      console.errors.write("\n")
    }
    return read(question).flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension FetcherConfiguration {
  /// Lets the person at the terminal be asked for credentials. Not for what git or another program runs.
  func asking(on console: Console) -> FetcherConfiguration {
    guard let questioner = Questioner.on(console) else { return self }
    var configuration = self
    configuration.ask = { questioner.answer(to: $0) }
    return configuration
  }
}

import Files
import HTTP
import Synchronization
import Text

/// Runs commands on other machines by the user's own ssh, which has the user's keys and asks for what it needs.
package final class SSHClient: Sendable {
  private let command: SSHCommand
  private let isOffline: Bool
  /// How long the other side may say nothing.
  let patience: Duration
  /// How often a conversation that breaks off is begun again.
  let retry: Retry
  private let onMessage: @Sendable (String) -> Void
  /// What a program of unknown kind turned out to be.
  private let found = Mutex<SSHCommand.Variant?>(nil)

  /// `onMessage` gets what ssh and the other side say on standard error, fit for a terminal.
  package init(
    _ command: SSHCommand, isOffline: Bool = false, patience: Duration = .seconds(300), retry: Retry = .standard,
    onMessage: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    (self.command, self.isOffline, self.onMessage) = (command, isOffline, onMessage)
    (self.patience, self.retry) = (patience, retry)
  }

  /// Until the other side is reached. Nobody must be hurried who is asked for a passphrase.
  var patienceToConnect: Duration? { command.mayAsk ? nil : patience }

  /// Starts the upload-pack for the repository, in protocol v2 where both sides can. What is said on standard error
  /// goes into `remarks`.
  func startUploadPack(at address: SSHAddress) async throws(GitError) -> (ChildProcess, Remarks) {
    let remarks = Remarks { [onMessage] in onMessage("ssh to \(address.hostName.escapingControls): \($0)") }
    let process = try await start(
      address.uploadPack + " " + Program.quoted(address.pathForGit), at: address, sendsProtocol: true, remarks)
    return (process, remarks)
  }

  /// Runs a command to its end. What it says on standard error is for the caller alone.
  package func output(
    of remoteCommand: String, at address: SSHAddress, limit: Int = 1 << 20
  ) async throws(GitError) -> Output {
    let process = try await start(remoteCommand, at: address, sendsProtocol: false, nil)
    process.closeInput()
    let result = await withTaskCancellationHandler {
      await onBlockingThread { [self] () -> Result<Output, GitError> in
        do throws(FileError) {
          let bytes = try process.readAll(limit: limit, patience: patienceToConnect)
          if let error = failureToBegin(process, remoteCommand) { return .failure(error) }
          return .success(Output(bytes: bytes, errors: process.said, ending: process.wait() ?? .exited(255)))
        } catch {
          process.terminate()
          return .failure(error.isTimeout ? .silence(of: address) : GitError(error))
        }
      }
    } onCancel: {
      process.terminate()
    }
    if Task.isCancelled { throw GitError(.cancelled, "cancelled") }
    return try result.get()
  }

  /// What is wrong where a shell of this machine did not find the program, or could not run it. A shell of the other
  /// side ends in the same way, but speaks of what it was to run there.
  func failureToBegin(_ process: ChildProcess, _ remoteCommand: String) -> GitError? {
    switch process.wait(atMost: .seconds(1)) {
    case .exited(126)?, .exited(127)?: break
    default: return nil
    }
    let words = process.said
    guard command.isCommand, words.has(command.firstWord.escapingControls),
      !words.has(SSHCommand.firstWord(remoteCommand))
    else { return nil }
    return GitError(
      .config, "the ssh program `\(command.text.escapingControls)` cannot be run",
      cause: "\(words); `\(command.origin ?? "ssh")` names it")
  }

  /// What a command wrote, and how it ended.
  package struct Output: Sendable {
    package let bytes: [UInt8]
    /// Fit for one line of a message.
    package let errors: String
    package let ending: ChildProcess.Ending
  }

  private func start(
    _ remoteCommand: String, at address: SSHAddress, sendsProtocol: Bool, _ remarks: Remarks?
  ) async throws(GitError) -> ChildProcess {
    if isOffline { throw GitError(.offline, "`--offline` forbids to ask \(address.hostName.escapingControls)") }
    let variant = try await variant(for: address)
    var program = try command.program(
      command.arguments(to: address, as: variant, sendsProtocol: sendsProtocol) + [remoteCommand])
    if sendsProtocol, variant == .ssh { program.environment["GIT_PROTOCOL"] = "version=2" }
    return try launch(program) { remarks?.take($0) }
  }

  private func launch(_ program: Program, onErrorLine: @escaping @Sendable (String) -> Void) throws(GitError)
    -> ChildProcess
  {
    do throws(FileError) { return try ChildProcess(program, onErrorLine: onErrorLine) } catch {
      throw GitError(.config, "cannot run the ssh program `\(program.path.escapingControls)`", cause: error.reason)
    }
  }

  /// As git does, a program of unknown kind is asked to show its configuration, which only OpenSSH can.
  private func variant(for address: SSHAddress) async throws(GitError) -> SSHCommand.Variant {
    if let known = command.variant ?? found.withLock({ $0 }) { return known }
    var program = try command.program(
      ["-G"] + command.arguments(to: address, as: .ssh, sendsProtocol: true))
    program.environment["GIT_PROTOCOL"] = "version=2"
    let process = try launch(program) { _ in }
    process.closeInput()
    let ending = await withTaskCancellationHandler {
      await onBlockingThread { () -> ChildProcess.Ending? in
        _ = try? process.readAll(limit: 1 << 20)
        return process.wait()
      }
    } onCancel: {
      process.terminate()
    }
    let variant: SSHCommand.Variant = ending == .exited(0) ? .ssh : .simple
    if Task.isCancelled { throw GitError(.cancelled, "cancelled") }
    found.withLock { $0 = variant }
    return variant
  }
}

/// What a process says on standard error while it does what it should. Where nobody could answer a question, it is held
/// back until the process has begun: of one that fails to, its words are in the error, and need not be said twice.
final class Remarks: Sendable {
  private let tell: @Sendable (String) -> Void
  /// nil when nothing is held back any more.
  private let held: Mutex<[String]?>

  init(_ tell: @escaping @Sendable (String) -> Void) {
    self.tell = tell
    held = Mutex(ChildProcess.ownsTerminal ? nil : [])
  }

  func take(_ line: String) {
    // It is what the request will fail with, or what another request will do better.
    if line.begins(with: "fatal: ") { return }
    let text = String(hostile: Array(line.utf8))
    let isHeld = held.withLock { lines in
      lines?.append(text)
      return lines != nil
    }
    if !isHeld { tell(text) }
  }

  func release() {
    let lines = held.withLock { lines in
      defer { lines = nil }
      return lines ?? []
    }
    for line in lines { tell(line) }
  }
}

extension GitError {
  static func silence(of address: SSHAddress) -> GitError {
    GitError(.network, "\(address.hostName.escapingControls) did not answer in time over ssh")
  }
}

extension ChildProcess {
  /// Its last words, fit for one line of a message.
  var said: String {
    let lines = lastWords.split { $0 == 0x0a || $0 == 0x0d }.suffix(3)
    return String(hostile: Array(lines.joined(separator: "; ".utf8)))
  }
}

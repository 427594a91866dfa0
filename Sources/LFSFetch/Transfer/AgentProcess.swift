import Files
import HTTP
import JSON
import Text

/// A transfer agent that runs, and the conversation with it: one object after another. All calls block, save `kill`.
///
/// It belongs to one lane at a time, which takes it from the `AgentPool` and gives it back; that makes the unchecked
/// conformance true.
final class AgentProcess: @unchecked Sendable {
  /// Why an agent is of no use any more, or could not get an object.
  struct Failure: Error, Equatable {
    let reason: String
    /// It could not even begin: no other object need be tried.
    var isFinal = false
    /// It can go on with another object.
    var isUsable = false
  }

  let agent: TransferAgent
  private let process: ChildProcess
  private let patience: Duration
  private var unread: [UInt8] = []

  /// An agent may be busy with a large object and tell nothing; it is not asked to say so.
  static let standardPatience = Duration.seconds(600)
  private static let longestLine = 1 << 20

  /// Starts the agent and lets it prepare.
  init(_ agent: TransferAgent, remote: String, processes: Int, patience: Duration) throws(Failure) {
    self.agent = agent
    self.patience = patience
    do throws(FileError) {
      process = try Self.start(agent)
    } catch {
      throw Failure(reason: Self.name(agent) + " cannot be started: \(error)", isFinal: true)
    }
    do throws(Failure) {
      try send(AgentMessage.begin(remote: remote, isConcurrent: agent.isConcurrent, processes: processes))
      switch try next() {
      case .ready: break
      case .failed(_, let code, let message):
        throw Failure(reason: Self.name(agent) + " cannot begin: \(message) (\(code))")
      default: throw Failure(reason: Self.name(agent) + " does not answer as the protocol asks")
      }
    } catch {
      process.terminate()
      throw Failure(reason: error.reason, isFinal: true)
    }
  }

  /// What the agent says on standard error is for those who look for a fault in it.
  private static func start(_ agent: TransferAgent) throws(FileError) -> ChildProcess {
    let program = agent.path.words(at: "/").last.map(String.init) ?? agent.path
    let process = try ChildProcess(agent.program()) { Trace.steps.say("xfer[\(program)]: \($0)") }
    Trace.steps.say("xfer: started custom adapter process \"\(agent.path)\" for \"\(agent.name)\"")
    return process
  }

  private static func name(_ agent: TransferAgent) -> String { "the transfer agent `\(agent.name.escapingControls)`" }

  /// Has one object brought; returns the path of the file that it is in. `onProgress` gets the bytes that have come so
  /// far.
  func download(
    _ transfer: Transfer, action: String?, onProgress: (Int64) -> Void
  ) throws(Failure) -> String {
    try send(AgentMessage.download(transfer, action: action))
    while true {
      switch try next() {
      case .progress(let oid, let bytes):
        if oid == transfer.oid.hex { onProgress(bytes) }
      case .complete(let oid, let path):
        try check(oid, transfer)
        return path
      case .failed(let oid, let code, let message):
        try check(oid ?? transfer.oid.hex, transfer)
        throw Failure(reason: Self.name(agent) + " could not get it: \(message) (\(code))", isUsable: true)
      case .ready: throw Failure(reason: Self.name(agent) + " does not answer as the protocol asks")
      }
    }
  }

  private func check(_ oid: String, _ transfer: Transfer) throws(Failure) {
    guard oid != transfer.oid.hex else { return }
    throw Failure(reason: Self.name(agent) + " speaks of an object that it was not asked for")
  }

  /// Asks it to end, and waits for that a while: it may have to clean up.
  func end() {
    try? process.write(AgentMessage.end)
    process.closeInput()
    if process.wait(atMost: .seconds(30)) == nil { process.terminate() }
  }

  func kill() { process.terminate() }

  // MARK: Lines

  private func send(_ line: [UInt8]) throws(Failure) {
    do throws(FileError) { try process.write(line) } catch { throw gone() }
  }

  private func next() throws(Failure) -> AgentMessage {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      if let end = unread.firstIndex(of: 0x0a) {
        let line = Array(unread[..<end])
        unread.removeFirst(end + 1)
        return try message(line)
      }
      guard unread.count < Self.longestLine else {
        throw Failure(reason: Self.name(agent) + " sends a line without an end")
      }
      let count: Int
      do throws(FileError) { count = try process.read(into: buffer, patience: patience) } catch {
        throw Failure(
          reason: Self.name(agent) + " has said nothing for \(patience.components.seconds) s")
      }
      guard count > 0 else { throw gone() }
      unread += buffer[..<count]
    }
  }

  private func message(_ line: [UInt8]) throws(Failure) -> AgentMessage {
    do throws(JSONError) { return try AgentMessage(parsing: line) } catch {
      throw Failure(reason: Self.name(agent) + " sends what is no message of the protocol: \(error.message)")
    }
  }

  /// It has ended, or has closed its side of the conversation.
  private func gone() -> Failure {
    let ending =
      switch process.wait(atMost: .seconds(1)) {
      case .exited(let status)?: "ended with the status \(status)"
      case .killed(let signal)?: "was ended by the signal \(signal)"
      case nil: "does not listen any more"
      }
    let words = String(decoding: process.lastWords.suffix(600), as: UTF8.self)
      .lines.filter { !$0.isEmpty }.suffix(3).joined(separator: "; ").escapingControls
    return Failure(reason: Self.name(agent) + " " + ending + (words.isEmpty ? "" : ": \(words)"))
  }
}

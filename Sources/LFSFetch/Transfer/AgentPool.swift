import Files
import Synchronization

/// The transfer agents that run for one engine. Each is started when it is first needed, is used for one object after
/// another, and ends with the engine.
actor AgentPool {
  /// As many processes of one agent may run at once: `lfs.concurrenttransfers`.
  private let limit: Int
  private let patience: Duration
  private var idle: [Kind: [AgentProcess]] = [:]

  private struct Kind: Hashable {
    let agent: TransferAgent
    let remote: String
  }

  /// `patience`: how long an agent may be silent.
  init(limit: Int = 8, patience: Duration? = nil) {
    self.limit = limit
    self.patience = patience ?? AgentProcess.standardPatience
  }

  nonisolated func limit(of agent: TransferAgent) -> Int { agent.isConcurrent ? limit : 1 }

  /// Has an agent bring one object, and hands the path of its file to `use` before the agent gets another errand: until
  /// then the file is as the agent has left it.
  func run<Value: Sendable>(
    _ errand: Errand, _ transfer: Transfer, onProgress: @escaping @Sendable (Int64) -> Void,
    use: @Sendable (String) async throws -> Value
  ) async throws -> Value {
    let kind = Kind(agent: errand.agent, remote: errand.remote)
    let leash = Leash(idle[kind]?.popLast())
    let result = await withTaskCancellationHandler {
      await onBlockingThread { [patience, limit] in
        Self.bring(errand, transfer, leash, onProgress) { () throws(AgentProcess.Failure) in
          try AgentProcess(errand.agent, remote: errand.remote, processes: limit, patience: patience)
        }
      }
    } onCancel: {
      leash.pull()
    }
    defer { if let process = leash.process { idle[kind, default: []].append(process) } }
    if Task.isCancelled { throw CancellationError() }
    return try await use(try result.get())
  }

  private static func bring(
    _ errand: Errand, _ transfer: Transfer, _ leash: Leash, _ onProgress: (Int64) -> Void,
    start: () throws(AgentProcess.Failure) -> AgentProcess
  ) -> Result<String, AgentProcess.Failure> {
    do throws(AgentProcess.Failure) {
      let process: AgentProcess
      if let present = leash.process {
        process = present
      } else {
        process = try start()
        leash.tie(process)
      }
      return .success(try process.download(transfer, action: errand.action, onProgress: onProgress))
    } catch {
      if !error.isUsable { leash.pull() }
      return .failure(error)
    }
  }

  /// Ends them all; `isHasty` when nobody wants to wait for them.
  func end(isHasty: Bool) async {
    let all = idle.values.flatMap(\.self)
    idle = [:]
    if isHasty {
      for process in all { process.kill() }
      return
    }
    await withTaskGroup(of: Void.self) { group in
      for process in all { group.addTask { await onBlockingThread { process.end() } } }
    }
  }
}

/// By this an agent can be killed from another thread, also one that is only just being started.
private final class Leash: Sendable {
  private struct State {
    var process: AgentProcess?
    var isPulled = false
  }

  private let state: Mutex<State>

  init(_ process: AgentProcess?) { state = Mutex(State(process: process)) }

  /// The agent, as long as it is alive.
  var process: AgentProcess? { state.withLock { $0.process } }

  func tie(_ process: AgentProcess) {
    let isPulled = state.withLock { state in
      if !state.isPulled { state.process = process }
      return state.isPulled
    }
    if isPulled { process.kill() }
  }

  func pull() {
    let process = state.withLock { state in
      defer { (state.process, state.isPulled) = (nil, true) }
      return state.process
    }
    process?.kill()
  }
}

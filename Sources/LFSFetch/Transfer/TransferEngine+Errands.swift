import Files
import Synchronization
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Objects that programs of the user's bring.
extension TransferEngine {
  func traffic(of agent: TransferAgent) -> AgentTraffic {
    if let traffic = agents.first(where: { $0.agent == agent }) { return traffic }
    let traffic = AgentTraffic(agent)
    agents.append(traffic)
    return traffic
  }

  func pickErrand(at now: ContinuousClock.Instant) -> Job? {
    for traffic in agents {
      while traffic.inUse < pool.limit(of: traffic.agent), let index = traffic.ready.popFirst() {
        let object = objects[index]
        guard !object.isFinished, let errand = object.errand, waitsForNoLane(object) else { continue }
        // The agent could not begin for another object.
        let isRefused = object.source.map { refusedEndpoints[$0] != nil } ?? true
        guard errand.isUsable(at: now), !isRefused else {
          object.errand = nil
          locateLater(object)
          continue
        }
        start(object)
        smallInFlight += 1
        traffic.inUse += 1
        return .errand(index, object.transfer, errand, object.progress)
      }
    }
    return nil
  }

  /// Has a program of the user's bring an object, and takes it over from the file that the program names. What
  /// is in the file is copied and hashed at the same time: nothing else gets into the store, whoever changes the file
  /// meanwhile.
  nonisolated func bring(
    _ transfer: Transfer, _ errand: Errand, _ progress: ObjectProgress
  ) async throws -> SmallResult {
    guard try locks.tryLock(transfer.lockKey) else { return .busyElsewhere }
    defer { locks.unlock(transfer.lockKey) }
    if try store.contains(transfer.oid, size: transfer.size) { return .stored(nil, isMultiplexed: nil) }
    let shown = Mutex<Int64>(0)
    @Sendable func show(_ bytes: Int64) {
      shown.withLock { before in
        progress.keep(bytes - before)
        before = bytes
      }
    }
    defer { show(0) }
    return try await pool.run(errand, transfer) { bytes in
      show(min(max(0, bytes), transfer.size))
    } use: { path in
      // It counts anew while it is copied.
      show(0)
      let source = try self.openFile(path, from: errand.agent)
      let result = try await self.copy(source, as: transfer, progress)
      // As with git-lfs, the file is not the agent's any more.
      if case .stored = result { try? removeFile(path.absolutePath) }
      return result
    }
  }

  private nonisolated func openFile(_ path: String, from agent: TransferAgent) throws -> File {
    let name = "the transfer agent `\(agent.name.escapingControls)`"
    do throws(FileError) {
      // Nothing else is opened: reading a pipe or a device might never end.
      guard let status = try FileStatus.of(path.absolutePath, followingLinks: true), status.kind == .file else {
        throw FileError("open", path, errno: ENOENT)
      }
      return try File.open(path.absolutePath, .read)
    } catch {
      throw TransferFault.agent(
        "\(name) names `\(path.escapingControls)`, which is no file that can be read", isFinal: false)
    }
  }
}

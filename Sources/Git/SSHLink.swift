import Files
import HTTP
import Text

/// Git's protocol with an `upload-pack` that ssh has started. In v2 the process answers one request after another; in
/// v0 it answers one and ends, so another fetch needs another process.
///
/// A process that is in a request belongs to that request alone; between requests it waits here. A conversation that
/// breaks off, or in which the other side falls silent, is begun again, as often as a request over HTTP.
actor SSHLink: UploadPackLink {
  nonisolated let origin: Origin
  private let address: SSHAddress
  private let ssh: SSHClient
  /// It has introduced itself and takes a request.
  private var idle: ChildProcess?

  init(_ address: SSHAddress, _ ssh: SSHClient) {
    (self.address, self.ssh) = (address, ssh)
    origin = Origin(scheme: "ssh", host: address.host, port: address.port ?? 22)
  }

  deinit {
    // A flush says that nothing more is wanted; without it the other side would complain about a lost connection.
    try? idle?.write(PktLine.encode([.flush]))
  }

  /// Starts the process and returns what it says of itself.
  func introduce() async throws(GitError) -> [UInt8] {
    try await retrying { () async throws(GitError) in
      let (process, introduction) = try await connect()
      idle = process
      return introduction
    }
  }

  func ask(_ request: [UInt8]) async throws(GitError) -> [UInt8] {
    try await retrying { () async throws(GitError) in
      let process = try await take()
      let answer = try await talking(to: process) { [address, patience = ssh.patience] () throws(GitError) in
        try process.send(request, to: address)
        return try process.linesUpToFlush(from: address, patience)
      }
      idle = process
      return answer
    }
  }

  func fetch(
    _ request: [UInt8], in version: Advertisement.Version,
    into receiver: @Sendable () throws(GitError) -> FetchReceiver
  ) async throws(GitError) -> Result<FetchReceiver, FetchFailure> {
    try await retrying { () async throws(GitError) in
      let receiver = try receiver()
      let process = try await take()
      let failure = try await talking(to: process) { [address, patience = ssh.patience] () throws(GitError) in
        try process.send(request, to: address)
        return try process.receive(receiver, from: address, patience)
      }
      if let failure { return .failure(failure) }
      if version == .v2 { idle = process }
      return .success(receiver)
    }
  }

  private func retrying<Value>(_ body: () async throws(GitError) -> Value) async throws(GitError) -> Value {
    var attempt = 1
    while true {
      do throws(GitError) { return try await body() } catch {
        guard error.code == .network,
          let pause = ssh.retry.delay(after: attempt, .brokenOff, random: .random(in: 0..<1))
        else { throw error }
        attempt += 1
        do { try await Task.sleep(for: pause) } catch { throw GitError(.cancelled, "cancelled") }
      }
    }
  }

  private func take() async throws(GitError) -> ChildProcess {
    let process = idle
    idle = nil
    // A host may have lost patience since the last request.
    if let process, process.wait(atMost: .zero) == nil { return process }
    return try await connect().0
  }

  private func connect() async throws(GitError) -> (ChildProcess, [UInt8]) {
    let (process, remarks) = try await ssh.startUploadPack(at: address)
    let introduction = try await talking(to: process) { [address, ssh] () throws(GitError) in
      do throws(GitError) { return try process.linesUpToFlush(from: address, ssh.patienceToConnect) } catch {
        throw ssh.failureToBegin(process, address.uploadPack) ?? error
      }
    }
    remarks.release()
    return (process, introduction)
  }

  /// Runs a part of the conversation away from async functions. Cancelling ends the process, and so that part.
  private func talking<Value: Sendable>(
    to process: ChildProcess, _ body: @escaping @Sendable () throws(GitError) -> Value
  ) async throws(GitError) -> Value {
    let result = await withTaskCancellationHandler {
      await onBlockingThread { () -> Result<Value, GitError> in
        do throws(GitError) { return .success(try body()) } catch { return .failure(error) }
      }
    } onCancel: {
      process.terminate()
    }
    if Task.isCancelled { throw GitError(.cancelled, "cancelled") }
    return try result.get()
  }
}

extension ChildProcess {
  fileprivate func send(_ request: [UInt8], to address: SSHAddress) throws(GitError) {
    do throws(FileError) { try write(request) } catch {
      // It is gone; why, it has said.
      throw failure(at: address)
    }
  }

  /// Packet lines as they come, the flush that ends them among them. A refusal is one line without it.
  fileprivate func linesUpToFlush(
    from address: SSHAddress, _ patience: Duration?
  ) throws(GitError) -> [UInt8] {
    var bytes: [UInt8] = []
    var isOver = false
    var decoder = PktLineDecoder()
    let isSilent = try readPieces(patience) { piece throws(GitError) in
      bytes.append(contentsOf: piece)
      guard bytes.count <= UploadPack.listLimit else {
        throw GitError(.tooLarge, "the list of references is larger than \(UploadPack.listLimit) bytes")
      }
      try decoder.decode(piece) { if case .flush = $0 { isOver = true } }
      return !isOver
    }
    if isSilent { throw .silence(of: address) }
    if !isOver, !(bytes.count > 8 && bytes[4..<8].elementsEqual("ERR ".utf8)) { throw failure(at: address) }
    return bytes
  }

  /// Returns what is wrong with the answer.
  fileprivate func receive(
    _ receiver: FetchReceiver, from address: SSHAddress, _ patience: Duration
  ) throws(GitError) -> FetchFailure? {
    let isSilent: Bool
    do {
      isSilent = try readPieces(patience) { piece in
        try receiver.consume(piece)
        return !receiver.isOver
      }
    } catch let failure as FetchFailure {
      return failure
    } catch let error as GitError {
      throw error
    } catch {
      throw GitError(.network, "cannot read the answer of \(address.hostName.escapingControls)", cause: "\(error)")
    }
    if isSilent { throw .silence(of: address) }
    guard let disappointment = receiver.disappointment else { return nil }
    // An `upload-pack` that was asked for what it does not know ends by itself; all else is the connection's fault.
    if case .exited(let status)? = wait(atMost: .seconds(10)), status != 255, disappointment == .noAnswer {
      return disappointment
    }
    throw failure(at: address)
  }

  /// Hands on what comes until `receive` says that it has enough, or it ends. Returns whether nothing came for so long
  /// as `patience`; then it is ended.
  private func readPieces<Failure: Error>(
    _ patience: Duration?, _ receive: (UnsafeRawBufferPointer) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count: Int
      do throws(FileError) { count = try read(into: buffer, patience: patience) } catch {
        if error.isTimeout { terminate() }
        // A pipe that cannot be read is at its end: what is missing then, the caller will see.
        return error.isTimeout
      }
      guard count > 0, try receive(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return false }
    }
  }

  /// Why it ended before it had answered: in the words of ssh, or of the program at the other side.
  private func failure(at address: SSHAddress) -> GitError {
    let host = address.hostName.escapingControls
    let ending = wait(atMost: .seconds(10))
    let words = said
    let cause = words.isEmpty ? nil : "ssh says: \(words)"
    func speaks(of phrases: String...) -> Bool { phrases.contains { words.contains($0) } }
    switch ending {
    // Above 128 a shell tells of a signal.
    case .exited(129...)?, .killed?, nil:
      let isRefused = speaks(of: "Permission denied", "Host key verification failed", "Too many authentication")
      // Its own options are wrong; that does not pass.
      let isMistaken = speaks(of: "usage: ", "onfiguration option")
      return GitError(
        isRefused ? .authentication : isMistaken ? .config : .network, "ssh could not reach the repository at \(host)",
        cause: cause ?? "it ended without a word")
    case .exited(127)?:
      return GitError(.serverError, "\(host) has no `\(address.uploadPack.escapingControls)`", cause: cause)
    case .exited(let status)?:
      return GitError(
        .repositoryNotFound, "`\(address.name.escapingControls)` is not a git repository that can be read",
        cause: cause ?? "`\(address.uploadPack.escapingControls)` ended with the status \(status)")
    }
  }
}

import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files on their way into the work tree.
extension FilterProcess {
  mutating func smudge(_ request: Request) throws(GitError) {
    var blob: [UInt8] = []
    var isOver = false
    while !isOver {
      let isThere = try pipe.next { payload in
        if let payload { blob.append(contentsOf: payload) } else { isOver = true }
      }
      guard isThere else { return }
    }
    if let file = waiting.removeValue(forKey: request.path) { return try deliver(file, at: request.path) }
    let outcome: Smudger.Outcome
    do throws(FetchError) { outcome = try smudger.outcome(of: blob, at: request.path) } catch {
      report(error)
      return try answerError()
    }
    switch outcome {
    case .asItIs: try answer(blob)
    case .noPointer:
      strangers.append(request.path)
      try answer(blob)
    case .file(let content): try answer(content)
    case .missing(let pointer, let object):
      commit = request.commit ?? commit
      let file = Delayed(pointer: pointer, blob: blob)
      if request.canDelay {
        waiting[request.path] = file
        paths[object.oid, default: []].append(request.path)
        if !delayed.expects(object.oid) { unasked[object.oid] = object }
        // git goes on telling of files meanwhile, thousands maybe.
        if unasked.count >= BatchClient.maximumObjects { fetchUnasked() }
        try pipe.write("status=delayed")
        pipe.flush()
      } else {
        fetch([object])
        endIntake()
        while case let settled = take(), !settled.isEmpty { note(settled) }
        try deliver(file, at: request.path)
      }
    }
  }

  /// Tells git which files it can come back for; waits until there is at least one. When git is told of none, it
  /// asks no more.
  mutating func listAvailable() throws(GitError) {
    if !unasked.isEmpty { fetchUnasked() }
    endIntake()
    for oid in note(take()) {
      for path in paths.removeValue(forKey: oid) ?? [] { try pipe.write(line: Array("pathname=".utf8) + path) }
    }
    pipe.flush()
    try pipe.write("status=success")
    pipe.flush()
  }

  private mutating func fetchUnasked() {
    fetch(Array(unasked.values))
    unasked = [:]
  }

  private func take() -> [SHA256Digest: Result<Void, FetchError>] {
    delayed.take { pipe.isAbandoned }
  }

  /// Has the objects fetched, by the run that is open, else by one that begins after what is being fetched already.
  private mutating func fetch(_ objects: [LFSRepository.WantedObject]) {
    delayed.expect(objects.map(\.oid))
    smudger.repository.progressLog?.expect(objects.count)
    let intake = intake ?? openIntake()
    intake.add(objects)
  }

  private mutating func openIntake() -> ObjectIntake {
    let intake = ObjectIntake()
    self.intake = intake
    download = Task { [repository = smudger.repository, delayed, commit, before = download] in
      await before?.value
      do throws(FetchError) {
        let failures = try await repository.obtain(
          intake, from: await repository.remote(having: commit), reference: repository.defaultReference)
        delayed.end(intake.objects, failures)
      } catch {
        await intake.drain()
        delayed.end(intake.objects, error)
      }
    }
    return intake
  }

  /// No further objects are to be expected; those that come all the same are for another run.
  private mutating func endIntake() {
    intake?.end()
    intake = nil
  }

  /// Remembers what could not be had, and says so.
  @discardableResult
  private mutating func note(_ settled: [SHA256Digest: Result<Void, FetchError>]) -> [SHA256Digest] {
    var news: [FetchError] = []
    for (oid, result) in settled {
      switch result {
      case .success: failures[oid] = nil
      case .failure(let error):
        failures[oid] = error
        if error.code != .interrupted, error != told { news.append(error) }
      }
    }
    news.sort { $0.message.utf8.lexicographicallyPrecedes($1.message.utf8) }
    for error in FetchError.combined(news) { report(error) }
    if let last = news.last { told = last }
    return Array(settled.keys)
  }

  private mutating func deliver(_ file: Delayed, at path: [UInt8]) throws(GitError) {
    if failures[file.pointer.oid] == nil {
      let content: Smudger.Content
      do throws(FetchError) { content = try smudger.arrived(file.pointer, at: path) } catch {
        report(error)
        return try answerError()
      }
      return try answer(content)
    } else if smudger.repository.settings.skipsDownloadErrors {
      return try answer(file.blob)
    }
    try answerError()
  }

  // MARK: Answers

  mutating func answer(_ content: [UInt8]) throws(GitError) {
    try pipe.write("status=success")
    pipe.flush()
    var failure: GitError?
    content.withUnsafeBytes { bytes in
      do throws(GitError) { try pipe.write(content: bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    pipe.flush()
    pipe.flush()
  }

  mutating func answerError() throws(GitError) {
    try pipe.write("status=error")
    pipe.flush()
  }

  private mutating func answer(_ content: Smudger.Content) throws(GitError) {
    let (path, size) = (content.path, content.size)
    // What extensions have made must be there until it is sent.
    defer { withExtendedLifetime(content) {} }
    let file: File
    do throws(FileError) { file = try File.open(path, .read) } catch {
      report(FetchError(file: error, doing: "cannot read an object"))
      return try answerError()
    }
    try pipe.write("status=success")
    pipe.flush()
    let length = Int(min(size, Int64(2 * PacketPipe.maximumPayload)))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 64)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    var failure: FileError?
    while offset < size, failure == nil {
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(length), size - offset))])
      do throws(FileError) {
        let count = try file.read(into: wanted, at: offset)
        if count < wanted.count { throw FileError("read", path, errno: EIO) }
      } catch { failure = error }
      if failure == nil { try pipe.write(content: UnsafeRawBufferPointer(wanted)) }
      offset += Int64(wanted.count)
    }
    pipe.flush()
    // The list after the content may take the success back.
    if let failure {
      report(FetchError(file: failure, doing: "cannot read an object"))
      try pipe.write("status=error")
    }
    pipe.flush()
  }
}

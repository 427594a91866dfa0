import Files
import Git
import Text

/// The long-running filter that git talks with while it checks out or adds many files.
///
/// Objects that are not on this machine are not fetched one by one: git is told to come back for their files
/// (`status=delayed`). As soon as there are enough for a request to the server, a run of the engine begins to fetch
/// them, to which those of further files are added while git tells of them. Git gets each file as soon as its object
/// is there.
///
/// https://git-scm.com/docs/gitattributes#_long_running_filter_process
package struct FilterProcess: ~Copyable {
  /// A file for which git will come back.
  struct Delayed {
    let pointer: Pointer
    let blob: [UInt8]
  }

  var pipe: PacketPipe
  let smudger: Smudger
  let delayed: DelayedObjects
  let report: @Sendable (FetchError) -> Void
  var waiting: [[UInt8]: Delayed] = [:]
  /// The files that wait for each object.
  var paths: [SHA256Digest: [[UInt8]]] = [:]
  /// What was delayed and has not been asked for yet.
  var unasked: [SHA256Digest: LFSRepository.WantedObject] = [:]
  /// Objects that could not be had.
  var failures: [SHA256Digest: FetchError] = [:]
  /// The last of the reasons.
  var told: FetchError?
  /// What objects are added to while a run of the engine is under way.
  var intake: ObjectIntake?
  var download: Task<Void, Never>?
  /// Files that should have been pointers and are none.
  var strangers: [[UInt8]] = []
  /// The commit that git told of last.
  var commit: ObjectID?

  private init(
    _ smudger: Smudger, _ delayed: DelayedObjects, input: ByteStream, output: ByteStream,
    report: @escaping @Sendable (FetchError) -> Void
  ) {
    self.smudger = smudger
    self.delayed = delayed
    self.report = report
    pipe = PacketPipe(input: input, output: output)
  }

  /// Talks with git on standard input and output until git has nothing more to ask. Failures of single files are
  /// told by `report` and to git, which decides what becomes of them.
  package static func run(
    _ configuration: FetcherConfiguration, skips: Bool, setsUpForGitLFS: Bool,
    progress: @escaping @Sendable (ProgressEvent) -> Void,
    report: @escaping @Sendable (FetchError) -> Void
  ) async throws(FetchError) {
    let delayed = DelayedObjects()
    let repository = try await LFSRepository(configuration) { event in
      delayed.receive(event)
      progress(event)
    }
    if setsUpForGitLFS { repository.setUpForGitLFS() }
    let smudger = Smudger(repository, skips: skips)
    // A thread of its own: it waits for git most of the time.
    let (download, failure, strangers) = await onBlockingThread {
      var filter = FilterProcess(smudger, delayed, input: .standardInput, output: .standardOutput, report: report)
      var failure: FetchError?
      do throws(GitError) { try filter.talk() } catch {
        failure = FetchError(.network, "cannot go on talking with git", causes: [error.description])
      }
      // When git went away before it had all files, nobody wants the rest; what has come is kept for the next try.
      if !filter.waiting.isEmpty || failure != nil { filter.download?.cancel() }
      filter.intake?.end()
      return (filter.download, failure, filter.strangers)
    }
    if !strangers.isEmpty {
      let names = strangers.map { "`\(String(decoding: $0, as: UTF8.self))`" }.joined(separator: ", ")
      progress(.warning("LFS files whose content is no pointer were left as they are: \(names)"))
    }
    // The run takes its marker away when it ends.
    await download?.value
    if let failure { throw failure }
    try await repository.finishLinks()
  }

  private mutating func talk() throws(GitError) {
    guard try shakeHands() else { return }
    while let lines = try pipe.packets() {
      let request = Request(lines)
      switch request.command {
      case "smudge": try smudge(request)
      case "clean": try clean(request)
      case "list_available_blobs": try listAvailable()
      default:
        throw GitError(.protocolViolation, "git asked for the unknown filter command `\(request.command)`")
      }
      try pipe.send()
    }
  }

  struct Request {
    var command = ""
    var path: [UInt8] = []
    var canDelay = false
    /// The commit that git checks out, where it is one.
    var commit: ObjectID?

    init(_ packets: [[UInt8]]) {
      for packet in packets {
        let line = packet.last == 0x0a ? packet.dropLast() : packet[...]
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
        let value = line[(equals + 1)...]
        switch String(decoding: line[..<equals], as: UTF8.self) {
        case "command": command = String(decoding: value, as: UTF8.self)
        case "pathname": path = Array(value)
        case "can-delay": canDelay = value.elementsEqual("1".utf8)
        case "treeish": commit = ObjectID(hex: String(decoding: value, as: UTF8.self))
        default: continue
        }
      }
    }
  }

  private mutating func shakeHands() throws(GitError) -> Bool {
    guard let welcome = try pipe.lines() else { return false }
    guard welcome.first == "git-filter-client", welcome.contains("version=2") else {
      throw GitError(.protocolViolation, "what talks here is not git, or one whose filter protocol is not version 2")
    }
    try pipe.write("git-filter-server", "version=2")
    pipe.flush()
    try pipe.send()
    guard let offered = try pipe.lines() else { return false }
    for capability in ["capability=clean", "capability=smudge", "capability=delay"] where offered.contains(capability) {
      try pipe.write(capability)
    }
    pipe.flush()
    try pipe.send()
    return true
  }

  // MARK: Clean

  private mutating func clean(_ request: Request) throws(GitError) {
    var failure: FetchError?
    var cleaner: Cleaner?
    do throws(FetchError) { cleaner = try Cleaner(smudger.repository, path: request.path) } catch { failure = error }
    var output: [UInt8]?
    var isOver = false
    // The content has to be read to its end whatever becomes of it.
    while !isOver {
      let isThere = try pipe.next { payload in
        guard let payload else {
          isOver = true
          return
        }
        do throws(FileError) { if failure == nil { try cleaner?.update(payload) } } catch {
          failure = FetchError(file: error, doing: "cannot keep the content of a file in the media folder")
        }
      }
      guard isThere else { return }
    }
    do throws(FetchError) {
      if failure == nil { output = try cleaner?.finish() }
    } catch { failure = error }
    if let output { return try answer(output) }
    if let failure { report(failure) }
    try answerError()
  }
}

import JSON
import LFSFetch

/// What `fetch`, `pull` and the hooks have in common: a repository whose downloads are shown on stderr, and the report
/// of what could not be had.
struct Obtaining {
  let repository: LFSRepository
  private let display: ProgressDisplay
  private let console: Console
  private let isSilent: Bool

  /// A hook, for which somebody waits who wants something else, gives up on a host soon.
  init(_ arguments: Arguments, _ console: Console, isHook: Bool = false) async throws(FetchError) {
    isSilent = arguments.has(.quiet) || arguments.has(.scopeJSON)
    let display = ProgressDisplay(
      console, manner: isSilent ? .silent : console.errorTerminal.isInteractive ? .live : .heartbeat)
    self.display = display
    self.console = console
    var configuration = try FetcherConfiguration(arguments)
    // Who waits for a hook did not ask for a question.
    if !isHook { configuration = configuration.asking(on: console) }
    if isHook { configuration.timeout = .seconds(10) }
    repository = try await LFSRepository(
      configuration, retries: isHook ? 2 : .max, progress: display.receive)
    console.interruption.set(display.interruptionText)
  }

  /// Brings the objects of the files into the repository; returns what failed.
  func obtain(
    _ files: [LFSFile], from remote: String, reference: String?
  ) async throws(FetchError) -> LFSRepository.Obtained {
    let objects = LFSRepository.objects(of: files)
    guard !objects.isEmpty else {
      display.close(summingUp: false)
      return .init()
    }
    let drawing = Task { await display.run() }
    defer { drawing.cancel() }
    let obtained = try await repository.obtain(objects, from: remote, reference: reference)
    if !obtained.failures.values.contains(where: { $0.code == .interrupted }) {
      display.close(summingUp: obtained.downloaded > 0)
      if console.program == .gitLFS, !isSilent, !console.outputTerminal.isInteractive { tellAsGitLFS(obtained) }
    }
    return obtained
  }

  private func tellAsGitLFS(_ obtained: LFSRepository.Obtained) {
    let all = GitLFSMeter.Count(files: obtained.downloaded + obtained.failures.count)
    let done = GitLFSMeter.Count(files: obtained.downloaded, bytes: obtained.bytes)
    GitLFSMeter.tell("Downloading", done, of: all, seconds: obtained.seconds, console)
  }

  /// Tells what failed, and what that means for the exit status. `lfs.skipdownloaderrors` changes nothing
  /// here: it is for the filters, as with git-lfs.
  func report(_ obtained: LFSRepository.Obtained, of files: [LFSFile]) -> ExitStatus {
    let objects = LFSRepository.objects(of: files)
    let results = objects.map { object -> Result<Void, FetchError> in
      obtained.failures[object.oid].map { .failure($0) } ?? .success(())
    }
    let failures = objects.compactMap { obtained.failures[$0.oid] }
    for error in FetchError.combined(failures.filter { $0.code != .interrupted }) { console.report(error) }
    return ExitStatus(of: results)
  }

  /// The files as git-lfs's `fetch --json` tells of them.
  func json(_ files: [LFSFile]) -> String {
    let transfers = files.map { file in
      JSON.object([
        ("name", .string(file.name)), ("oid", .string(file.pointer.oid.hex)), ("size", .integer(file.pointer.size)),
        ("path", .string(repository.media.path(of: file.pointer.oid))),
      ])
    }
    return JSON.object([("transfers", .array(transfers))]).text
  }
}

extension FetchScope {
  init(_ arguments: Arguments) {
    self.init()
    include = arguments.value(of: .lfsInclude)
    exclude = arguments.value(of: .lfsExclude)
    all = arguments.has(.allHistory)
    recent = arguments.has(.recent)
  }
}

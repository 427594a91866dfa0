import Files
import LFSFetch
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `git lfs clone REPOSITORY [DIR]`: the clone that git would make, and then what `git lfs pull` does in it.
enum GitLFSClone {
  static let specification = CommandSpecification(
    name: "clone",
    summary: "Clone a repository, then fetch its LFS files all together",
    description: [
      "Deprecated by git-lfs, since `git clone` is as fast by now. The clone has the whole history, as git's own has, "
        + "unless an option says otherwise; git-lfs's hooks are installed in it."
    ],
    operand: .init(placeholder: "REPOSITORY", count: .zeroOrMore, candidates: .none),
    options: [
      .lfsInclude, .lfsExclude, .skipRepo, .branch, .remoteName, .historyDepth, .shallowSince,
      .shallowExclude, .singleBranch, .noSingleBranch, .noCheckout, .shared, .noHardlinks,
      .reference, .referenceIfAble, .dissociate, .template,
      .plainBare, .mirror, .recurseSubmodules, .recursive, .shallowSubmodules, .separateGitFolder, .uploadPack,
      .gitSetting, .quiet,
    ] + OptionSpecification.cloneManners + OptionSpecification.unusedCloneOptions,
    program: "git lfs")

  private static let deprecation = """
    WARNING: `git lfs clone` is deprecated and will not be updated
              with new flags from `git clone`

    `git clone` has been updated in upstream Git to have comparable
    speeds to `git lfs clone`.
    """

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    console.errors.writeLine(deprecation)
    let (address, request) = try request(arguments)
    for option in OptionSpecification.unusedCloneOptions where arguments.has(option) {
      console.warn("`--\(option.name)` is not used by lfsfetch, which goes on without it")
    }
    let folder = try request.folder(for: address)
    if !arguments.has(.quiet) {
      console.say("Cloning into \(request.isBare ? "bare repository " : "")'\(folder)'...")
    }
    let clone = try await made(request, arguments, console)
    if let emptiness = clone.emptiness, let words = words(for: emptiness, request) { console.warn(words) }
    standOnOwnFeet()
    try enter(clone.path)
    var status = ExitStatus.done
    if clone.commit != nil {
      status = try await fill(arguments, request, console)
      for folder in clone.submodules where status == .done {
        try enter(folder)
        status = try await Pull.run(Arguments(), console)
      }
      try enter(clone.path)
    }
    guard status == .done else { return status }
    try await LFSRepository(FetcherConfiguration()).setUpForGitLFS(installingHooks: false)
    if !arguments.has(.skipRepo) { try GitLFSHooks().install(isForced: false) }
    return .done
  }

  /// In git's own words.
  private static func words(for emptiness: ClonedRepository.Emptiness, _ request: CloneRequest) -> String? {
    switch emptiness {
    case .emptyRepository: "You appear to have cloned an empty repository."
    case .noSuchBranch:
      request.hasFiles ? "remote HEAD refers to nonexistent ref, unable to checkout" : nil
    }
  }

  private static func made(
    _ request: CloneRequest, _ arguments: Arguments, _ console: Console
  ) async throws(FetchError) -> ClonedRepository {
    var configuration = FetcherConfiguration().asking(on: console)
    if let manner = request.asGit { try configuration.take(settingsOf: manner) }
    var clone: ClonedRepository?
    _ = try await WorkingCopyRun(arguments, console, sumsUp: false).run(configuration) { fetcher throws(FetchError) in
      clone = try await fetcher.clone(request)
      return {}
    }
    guard let clone else { throw .interruption }
    return clone
  }

  /// What `git lfs pull` does, or `fetch`, where there are no files to fill.
  private static func fill(
    _ arguments: Arguments, _ request: CloneRequest, _ console: Console
  ) async throws(FetchError) -> ExitStatus {
    var words = Arguments()
    words.add(operand: request.asGit?.remote ?? "origin")
    for option in [OptionSpecification.lfsInclude, .lfsExclude, .quiet] {
      if let value = arguments.value(of: option) { words.add(value, for: option) }
    }
    let hasFiles = !request.isBare && !arguments.has(.noCheckout)
    return try await hasFiles ? Pull.run(words, console) : Fetch.run(words, console)
  }

  /// From now on the clone is where the commands work: what the environment says of another repository is not meant for
  /// it, and a relative path of the cache leads from here.
  private static func standOnOwnFeet() {
    for name in ["DIR", "WORK_TREE", "INDEX_FILE", "COMMON_DIR", "OBJECT_DIRECTORY"] { unsetenv("GIT_" + name) }
    if let cache = getenv("LFSFETCH_CACHE"), cache.pointee != 0 {
      setenv("LFSFETCH_CACHE", String(cString: cache).absolutePath, 1)
    }
  }

  private static func enter(_ folder: String) throws(FetchError) {
    guard chdir(folder) == 0 else {
      throw FetchError(.disk, "cannot go into `\(folder)`", causes: [String(cString: strerror(errno))])
    }
  }

  // MARK: What is asked for

  private static func request(
    _ arguments: Arguments
  ) throws(FetchError) -> (address: String, CloneRequest) {
    guard let address = arguments.operands.first else {
      throw FetchError(.usage, "You must specify a repository to clone.", hint: "`git lfs clone --help` tells more")
    }
    guard arguments.operands.count < 3 else { throw FetchError(.usage, "Too many arguments.") }
    try refuseMissing(address)
    let recurses = arguments.has(.recurseSubmodules) || arguments.has(.recursive)
    if arguments.has(.plainBare) || arguments.has(.mirror), arguments.has(.separateGitFolder) {
      throw FetchError(
        .usage, "`--bare` and `--separate-git-dir` exclude each other", hint: "a bare clone is git's folder itself"
      ).inGitLFS("fatal: options '--bare' and '--separate-git-dir' cannot be used together")
    }
    var request = CloneRequest(
      ModelRequest(repository: address, revision: arguments.value(of: .branch)))
    request.folder = arguments.operands.dropFirst().first
    request.depth = arguments.number(of: .historyDepth).map { .commits($0) } ?? .full
    request.leavesPointers = true
    request.isBare = arguments.has(.plainBare) || arguments.has(.mirror)
    request.recursesIntoSubmodules = recurses
    request.asGit = try manner(arguments)
    return (address, request)
  }

  /// A path at which there is nothing, as git says it.
  private static func refuseMissing(_ address: String) throws(FetchError) {
    guard !address.has(":"), !["", ".git"].contains(where: { (try? FileStatus.of(address + $0)) != nil }) else {
      return
    }
    let shown = address.escapingControls
    throw FetchError(
      .notFound, "there is no repository `\(shown)`", causes: ["there is nothing of that name"], hint: "check the path"
    ).inGitLFS("fatal: repository '\(shown)' does not exist\nhint: check the path")
  }

  private static func manner(_ arguments: Arguments) throws(FetchError) -> CloneAsGit {
    var manner = CloneAsGit()
    if let name = arguments.value(of: .remoteName) { try manner.call(theRemote: name) }
    for text in arguments.values(of: .gitSetting) { try manner.add(setting: text) }
    if let date = arguments.value(of: .shallowSince) { try manner.take(since: date) }
    manner.without = arguments.values(of: .shallowExclude)
    let isShallow = [OptionSpecification.historyDepth, .shallowSince, .shallowExclude].contains { arguments.has($0) }
    if arguments.has(.historyDepth), arguments.has(.shallowSince) || arguments.has(.shallowExclude) {
      throw FetchError(.usage, "`--depth` excludes `--shallow-since` and `--shallow-exclude`")
    }
    manner.takesOneBranch = arguments.has(.singleBranch) || (isShallow && !arguments.has(.noSingleBranch))
    manner.lenders =
      arguments.values(of: .reference).map { (path: $0, isNeeded: true) }
      + arguments.values(of: .referenceIfAble).map { (path: $0, isNeeded: false) }
    manner.dissociates = arguments.has(.dissociate)
    manner.uploadPack = arguments.value(of: .uploadPack)
    manner.template = arguments.value(of: .template)
    manner.borrowsObjects = arguments.has(.shared)
    manner.copiesObjects = arguments.has(.noHardlinks)
    manner.isMirror = arguments.has(.mirror)
    manner.leavesOutFiles = arguments.has(.noCheckout)
    manner.gitFolder = arguments.value(of: .separateGitFolder)
    if arguments.has(.shallowSubmodules) { manner.depthOfSubmodules = .commits(1) }
    return manner
  }
}

import LFSFetch

/// What git-lfs's own hooks call. They must not be in the way: what only git-lfs can do there is left undone, except that
/// a push is stopped which would leave LFS files without content.
enum GitLFSHookCommand {
  static let all: [Command] = [
    Command(
      specification: specification(
        "post-checkout", "Make files read-only that are to be locked first; git runs it after a checkout",
        operands: "BEFORE AFTER FLAG"),
      run: { arguments, console in await protect("post-checkout", arguments.operands.count == 3, console) }),
    Command(
      specification: specification(
        "post-commit", "Make files read-only that are to be locked first; git runs it after a commit", operands: nil),
      run: { _, console in await protect("post-commit", true, console) }),
    Command(
      specification: specification(
        "post-merge", "Make files read-only that are to be locked first; git runs it after a merge", operands: "FLAG"),
      run: { arguments, console in await protect("post-merge", arguments.operands.count == 1, console) }),
    Command(specification: prePushSpecification, run: prePush),
  ]

  private static func specification(_ name: String, _ summary: String, operands: String?) -> CommandSpecification {
    CommandSpecification(
      name: name, summary: summary,
      description: [
        "The files are those with the attribute `lockable` that are not locked here. The hook that calls this is "
          + "installed by `git lfs update`."
      ],
      operand: operands.map { .init(placeholder: $0, count: .zeroOrMore, candidates: .none) }, program: "git lfs")
  }

  private static let prePushSpecification = CommandSpecification(
    name: "pre-push", summary: "Stop a push whose LFS files have no content on the server; git runs it before a push",
    description: [
      "Asks the LFS server for the objects of what is to be pushed, and uploads nothing. With "
        + "`lfs.allowincompletepush` a push goes on without them. The hook that calls this is installed by "
        + "`git lfs update`."
    ],
    operand: .init(placeholder: "REMOTE ADDRESS", count: .zeroOrMore, candidates: .none),
    options: [
      .init(
        name: "dry-run", short: "d", kind: .flag, help: "Taken, and makes no difference: nothing is uploaded anyway")
    ], program: "git lfs")

  /// Git has done its work, so what goes wrong is said, and is no failure of git's.
  private static func protect(_ name: String, _ isCalledByGit: Bool, _ console: Console) async -> ExitStatus {
    guard isCalledByGit else { return refuse(name, console) }
    do throws(FetchError) { try await LFSRepository(FetcherConfiguration()).protectLockable() } catch {
      console.warn(error)
    }
    return .done
  }

  private static func prePush(_ arguments: Arguments, _ console: Console) async -> ExitStatus {
    guard !arguments.operands.isEmpty else { return refuse("pre-push", console) }
    do throws(FetchError) {
      let status = try await PrePush.run(arguments.operands, Arguments(), console)
      return status == .done ? .done : .elsewhere
    } catch {
      console.report(error)
      return .elsewhere
    }
  }

  /// As git-lfs tells a call of git's from others, by what git gives to each hook.
  private static func refuse(_ name: String, _ console: Console) -> ExitStatus {
    console.output.writeLine("This should be run through Git's \(name) hook.  Run `git lfs update` to install it.")
    return .failed
  }
}

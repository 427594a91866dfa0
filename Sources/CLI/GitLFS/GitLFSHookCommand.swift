import LFSFetch

/// The commands of git-lfs that are no part of this tool, because they upload, lock, or rewrite history; and those
/// that git's hooks run, which must not be in the way.
enum ForeignCommand {
  private static let elsewhere: Set<String> = [
    "dedup", "lock", "locks", "logs", "merge-driver", "migrate", "push", "standalone-file", "unlock",
  ]

  private static let ofHooks: Set<String> = ["post-checkout", "post-commit", "post-merge", "pre-push"]

  /// The answer to a command that only git-lfs has; nil for all others.
  static func answer(to words: [String], _ console: Console) -> (@Sendable () async -> ExitStatus)? {
    guard let name = words.first else { return nil }
    if ofHooks.contains(name) { return { await hook(name, Array(words.dropFirst()), console) } }
    guard elsewhere.contains(name) else { return nil }
    return {
      console.report(error(name))
      return .elsewhere
    }
  }

  /// The `post` ones mark files read-only that are to be locked before they are changed.
  private static func hook(_ name: String, _ words: [String], _ console: Console) async -> ExitStatus {
    guard isCallByGit(of: name, words) else {
      console.output.writeLine("This should be run through Git's \(name) hook.  Run `git lfs update` to install it.")
      return .failed
    }
    return name == "pre-push" ? await prePush(words, console) : await protectLockable(console)
  }

  /// As git-lfs tells it, by what git gives to each hook.
  private static func isCallByGit(of name: String, _ words: [String]) -> Bool {
    switch name {
    case "post-checkout": words.count == 3
    case "post-merge": words.count == 1
    case "pre-push": words.contains { !$0.hasPrefix("-") }
    default: true
    }
  }

  /// Git has done its work, so what goes wrong is said, and is no failure of git's.
  private static func protectLockable(_ console: Console) async -> ExitStatus {
    do throws(FetchError) { try await LFSRepository(FetcherConfiguration()).protectLockable() } catch {
      console.warn(error)
    }
    return .done
  }

  private static func prePush(_ words: [String], _ console: Console) async -> ExitStatus {
    do throws(FetchError) {
      let status = try await PrePush.run(words, Arguments(), console)
      return status == .done ? .done : .elsewhere
    } catch {
      console.report(error)
      return .elsewhere
    }
  }

  private static func error(_ name: String) -> FetchError {
    FetchError(
      .usage, "`git lfs \(name)` is not part of lfsfetch, which only downloads",
      hint: "use the real git-lfs for it: it works in the same repository")
  }
}

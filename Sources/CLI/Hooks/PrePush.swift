import LFSFetch

/// The hook `pre-push`, ours and the one that git-lfs installs: uploading is no part of this tool, so a push is stopped
/// that would leave pointers without content on the server. So is one of which that cannot be told: whoever wants to
/// push nevertheless can say so, and whoever is not asked finds out too late.
enum PrePush {
  /// `words` are what git gives: the remote, and the address that is pushed to.
  static func run(_ words: [String], _ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus
  {
    let references = StandardInput.lines().compactMap(PushedReference.init)
    let remote = words.first ?? "origin"
    let repository = try await Obtaining(arguments, console, isHook: true).repository
    let problem: FetchError
    var status = ExitStatus.failed
    do throws(FetchError) {
      let check = try await repository.check(
        pushOf: references, to: remote, address: words.count > 1 ? words[1] : nil)
      guard let check, !check.missing.isEmpty else { return .done }
      problem = Self.problem(check, remote: remote)
    } catch {
      if error.code == .interrupted { throw error }
      status = ExitStatus(error.code)
      problem = FetchError(
        error.code, "cannot tell whether the LFS server has the content of what is to be pushed",
        causes: [error.message] + error.causes,
        hint: (error.hint.map { $0 + "; " } ?? "") + "`git push --no-verify` pushes without asking")
    }
    if repository.settings.allowsIncompletePush {
      console.warn(problem)
      return .done
    }
    console.report(problem)
    return status
  }

  static func problem(_ check: LFSRepository.PushCheck, remote: String) -> FetchError {
    let count = check.missing.count
    var causes = ["`\(check.server)` does not have \(count == 1 ? "1 object" : "\(count) objects")"]
    if check.missingHereToo > 0 {
      causes.append("\(check.missingHereToo) of \(count) are not on this machine either, to be uploaded from here")
    }
    // Git gives the address where the remote has no name, and that may hold a password.
    let name = remote.contains { $0 == ":" || $0 == "/" } ? "REMOTE" : remote
    return FetchError(
      .notFound, "the push would leave LFS files without content: \(NameList.text(check.missing.map(\.name)))",
      causes: causes,
      hint: "upload it first with the real git-lfs, `git lfs push \(name) BRANCH`; or push without it by "
        + "`git push --no-verify`")
  }
}

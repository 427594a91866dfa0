import Files
import Git
import Text

/// What git's folder of a clone begins with, before anything is fetched: the user's template, and what other
/// repositories of this machine lend.
extension Cloner {
  func prepareGitFolder() async throws(FetchError) {
    let user = try fetcher.network.parts().config
    try writing { () throws(FileError) in try folder.create(for: user) }
    if let template = templateFolder(by: user) {
      let shown = template.escapingControls
      do throws(FileError) {
        if try FileStatus.of(template, followingLinks: true)?.kind == .folder {
          try folder.copy(template: template)
        } else {
          fetcher.progress(.warning("templates not found in \(shown)"))
        }
      } catch { throw FetchError(reading: error, doing: "cannot copy the template `\(shown)` into git's folder") }
    }
    for lender in request.asGit?.lenders ?? [] { try await borrow(from: lender.path, isNeeded: lender.isNeeded) }
  }

  /// The user's own: the command line's, the environment's, the configuration's.
  private func templateFolder(by user: GitConfig) -> String? {
    guard let asGit = request.asGit else { return nil }
    let named = asGit.template ?? processEnvironment("GIT_TEMPLATE_DIR") ?? user.string("init.templatedir")
    guard let named, !named.isEmpty else { return nil }
    return named.rest(after: "~/").map { (processEnvironment("HOME") ?? "") + "/" + $0 } ?? named
  }

  /// What the clone's configuration begins with.
  func settingsOfTemplate() throws(FetchError) -> String {
    guard let template = templateFolder(by: try fetcher.network.parts().config) else { return "" }
    let path = template + "/config"
    return try writing { () throws(FileError) in
      try FileStatus.of(path)?.kind == .file ? String(decoding: try readFile(path), as: UTF8.self) : ""
    }
  }

  private func borrow(from path: String, isNeeded: Bool) async throws(FetchError) {
    let shown = path.escapingControls
    do throws(GitError) {
      try await remote.borrow(from: path.absolutePath, isForGood: request.asGit?.dissociates == true)
    } catch {
      let reason = [error.message] + (error.cause.map { [$0] } ?? [])
      guard isNeeded else {
        return fetcher.progress(.warning("`\(shown)` is not borrowed from: \(reason.joined(separator: ": "))"))
      }
      throw FetchError(
        .notFound, "cannot borrow objects from `\(shown)`", causes: reason,
        hint: "name a whole repository on this machine, or use `--reference-if-able`"
      ).inGitLFS("fatal: reference repository '\(shown)' is not a local repository.")
    }
  }
}

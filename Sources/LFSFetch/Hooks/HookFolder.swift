import Files
import Git
import Text

/// The folder in which git looks for the hooks of a repository: its own `hooks`, or what `core.hooksPath` says.
///
/// https://git-scm.com/docs/git-config#Documentation/git-config.txt-corehooksPath
package struct HookFolder: Sendable {
  package let path: String
  package let isBare: Bool
  /// It is among the files of the work tree: what is written there can be committed.
  package let isInWorkTree: Bool
  /// Why nothing is to be changed there.
  package let obstacle: FetchError?

  /// That of the repository of the working directory.
  package static func ofWorkingDirectory() throws(FetchError) -> HookFolder {
    do throws(GitError) {
      let repository = try WorkingRepository()
      return HookFolder(repository.layout, configured: repository.config.string("core.hookspath"))
    } catch { throw FetchError(repository: error) }
  }

  init(_ layout: WorkingRepository.Layout, configured: String?) {
    let own = layout.commonFolder + "/hooks"
    // A relative path is seen from where git runs the hooks.
    let base = layout.workTree ?? layout.gitFolder
    path = configured.map { Self.expanded($0, base) } ?? own
    isBare = layout.workTree == nil
    let real = Self.real(path)
    let folders = [layout.commonFolder, layout.gitFolder].map(\.realPath)
    var trees = [layout.workTree].compactMap { $0?.realPath }
    // The work tree that belongs to the repository itself, seen from another one.
    if layout.commonFolder.lastPathComponent == ".git" {
      trees += [layout.commonFolder.parentFolder ?? "/"].map(\.realPath)
    }
    isInWorkTree = !Self.isInside(folders, real) && Self.isInside(trees, real)
    let shown = path.escapingControls
    let status = try? FileStatus.of(real)
    if status?.kind == .symlink {
      obstacle = FetchError(.disk, "the hooks folder `\(shown)` is a link that leads nowhere")
    } else if let status, status.kind != .folder {
      obstacle = FetchError(
        .usage, "git runs no hooks in this repository: `\(shown)` is no folder",
        hint: configured == nil ? nil : "`git config --show-origin core.hooksPath` tells who set it")
    } else if !Self.isInside(folders + trees, real) {
      let way =
        configured == nil
        ? "put a folder in the place of the link"
        : "`git config --local core.hooksPath \(own.escapingControls)` gives this repository hooks of its own"
      obstacle = FetchError(
        .usage, "git runs the hooks of `\(real.escapingControls)`, which is outside of this repository",
        causes: ["what is installed there holds for every repository that uses the folder"],
        hint: way + "; or let the hooks there run `lfsfetch hook NAME \"$@\"`")
    } else {
      obstacle = nil
    }
  }

  private static func expanded(_ path: String, _ base: String) -> String {
    if let rest = path.rest(after: "~/"), let home = processEnvironment("HOME") {
      return (home + "/" + rest).absolutePath
    }
    return (path.begins(with: "/") ? path : base + "/" + path).absolutePath
  }

  /// The path with all links followed, also where its end is not there yet.
  private static func real(_ path: String) -> String {
    let isThere = (try? FileStatus.of(path)) != nil
    guard !isThere, let parent = path.parentFolder, parent != path else { return path.realPath }
    let folder = real(parent)
    return (folder == "/" ? "" : folder) + "/" + path.lastPathComponent
  }

  private static func isInside(_ folders: [String], _ path: String) -> Bool {
    folders.contains { path.isSame(as: $0) || path.rest(below: $0) != nil }
  }
}

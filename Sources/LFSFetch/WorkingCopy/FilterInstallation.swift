import Files
import Git
import Text

/// The variables `filter.lfs.*`, by which git knows what to run for files with the attribute `filter=lfs`: written
/// into one of git's configuration files, and taken out of it again.
package struct FilterInstallation: Sendable {
  package enum Scope: Sendable, Equatable {
    case global, system, local, worktree
  }

  private let file: ConfigFile

  package init(_ scope: Scope) throws(FetchError) {
    let file: ConfigFile?
    do throws(GitError) {
      switch scope {
      case .global: file = try .global()
      case .system: file = try .system()
      case .local: file = try WorkingRepository().commonConfig
      case .worktree: file = try Self.worktreeFile(of: WorkingRepository())
      }
    } catch { throw FetchError(repository: error) }
    guard let file else {
      throw FetchError(
        .usage, "`--worktree` needs the extension worktreeConfig where there are several work trees",
        hint: "`git config extensions.worktreeConfig true` turns it on"
      ).inGitLFS(
        """
        error running git 'config' '--worktree': fatal: --worktree cannot be used with multiple working trees unless \
        the config
        extension worktreeConfig is enabled.
        """)
    }
    self.file = file
  }

  /// nil where a work tree would need one of its own and cannot have it. As with git, the only one of a repository
  /// needs none.
  private static func worktreeFile(of repository: WorkingRepository) throws(GitError) -> ConfigFile? {
    if let own = try repository.workTreeConfig() { return own }
    let others: [String]
    do throws(FileError) { others = try Directory.list(repository.layout.commonFolder + "/worktrees") } catch {
      throw GitError(.disk, "cannot list the work trees", cause: error.description)
    }
    return others.isEmpty ? repository.commonConfig : nil
  }

  /// Where it is written to.
  package var path: String { file.path }

  /// `program` is how git is to run this tool.
  private static func values(_ program: String, skipsSmudging: Bool) -> [(name: String, value: String)] {
    let skip = skipsSmudging ? " --skip" : ""
    return [
      ("filter.lfs.clean", "\(program) clean -- %f"), ("filter.lfs.smudge", "\(program) smudge\(skip) -- %f"),
      ("filter.lfs.process", "\(program) filter-process\(skip)"), ("filter.lfs.required", "true"),
    ]
  }

  /// Other values than those that a filter of LFS writes are the user's own, and stay unless `isForced`.
  package func install(program: String, skipsSmudging: Bool, isForced: Bool) throws(FetchError) {
    let present = try changing { () throws(GitError) in try file.read() }
    let wanted = Self.values(program, skipsSmudging: skipsSmudging)
    for (name, value) in wanted where !isForced {
      guard let old = present.string(name), !old.isEmpty, old != value, !Self.isKnown(old, name) else { continue }
      throw FetchError(
        .usage, "`\(name)` in `\(path.escapingControls)` is `\(old.escapingControls)`, not `\(value)`",
        causes: ["`--force` overwrites it"]
      ).inGitLFS("the \"\(name)\" attribute should be \"\(value)\" but is \"\(old.escapingControls)\"")
    }
    try changing { () throws(GitError) in
      for (name, value) in wanted where present.all(name) != [value] {
        if present.all(name).count > 1 { try file.remove(name) }
        try file.set(name, to: value)
      }
    }
  }

  private func changing<Value>(_ body: () throws(GitError) -> Value) throws(FetchError) -> Value {
    do throws(GitError) { return try body() } catch { throw FetchError(repository: error) }
  }

  /// Whether it is what this tool or git-lfs writes, in any version, wherever the program is.
  private static func isKnown(_ value: String, _ name: String) -> Bool {
    if let rest = value.rest(after: "git lfs ") { return isKnown("git-lfs " + rest, name) }
    var written = [false, true].flatMap { values("", skipsSmudging: $0) }.filter { $0.name == name }.map(\.value)
    written += written.map { $0.replacing(" -- %f", with: " %f") }
    return written.contains { arguments in
      guard let program = value.rest(before: arguments), !program.isEmpty else { return false }
      let path = program.replacingBytes("'", with: "").replacingBytes("\"", with: "")
      return ["lfsfetch", "git-lfs"].contains(path.lastPathComponent)
    }
  }

  package func uninstall() throws(FetchError) {
    try changing { () throws(GitError) in
      for (name, _) in Self.values("", skipsSmudging: false) { try file.remove(name) }
      try file.removeEmptySection("[filter \"lfs\"]")
    }
  }
}

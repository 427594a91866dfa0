import Files
import Git
import Text

/// The hooks of git-lfs, which the program installs when it is called by that name: four scripts that run `git lfs`.
///
/// They are the same to the byte as git-lfs's, because each of the two knows its own hooks by their text, and refuses to
/// touch any other: so either of them can be installed after the other.
package struct GitLFSHooks: Sendable {
  private let folder: HookFolder

  private static let names = ["pre-push", "post-checkout", "post-commit", "post-merge"]

  /// Those of the repository of the working directory.
  package init() throws(FetchError) { folder = try HookFolder.ofWorkingDirectory() }

  init(_ repository: LFSRepository) {
    folder = HookFolder(repository.layout, configured: repository.settings.config.string("core.hookspath"))
  }

  static func script(_ name: String) -> String {
    """
    #!/bin/sh
    command -v git-lfs >/dev/null 2>&1 || { echo >&2 "\\nThis repository is configured for Git LFS but 'git-lfs' was \
    not found on your path. If you no longer wish to use Git LFS, remove this hook by deleting \
    '.git/hooks/\(name)'.\\n"; exit 2; }
    git lfs \(name) "$@"
    """
  }

  /// How to make the hooks by hand, beside others.
  package var instructions: String {
    Self.names.map { "Add the following to '.git/hooks/\($0)':\n\n\(Self.indented(Self.script($0)))" }
      .joined(separator: "\n\n")
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "\t" + $0 }
      .joined(separator: "\n")
  }

  /// Writes them. A hook of somebody else's stays, unless `isForced`, and those after it are not written.
  package func install(isForced: Bool) throws(FetchError) {
    for name in Self.names {
      let path = folder.path + "/" + name
      switch isForced ? .absent : try holder(of: name) {
      case .current, .lfsfetch: continue
      case .absent, .former:
        do throws(FileError) {
          try Directory.create(folder.path)
          try replaceFile(path, with: Array((Self.script(name) + "\n").utf8), permissions: 0o755)
        } catch { throw FetchError(file: error, doing: "cannot write the hook `\(path.escapingControls)`") }
      case .foreign(let text):
        throw FetchError(
          .usage, "there is a hook `\(name)` already", causes: ["`\(path.escapingControls)` is not git-lfs's"],
          hint: "`git lfs update --force` overwrites it; `git lfs update --manual` tells how to have both"
        ).inGitLFS(
          """
          Hook already exists: \(name)

          \(Self.indented(text.split(separator: "\n").map { String($0).escapingControls }.joined(separator: "\n")))

          To resolve this, either:
            1: run `git lfs update --manual` for instructions on how to merge hooks.
            2: run `git lfs update --force` to overwrite your hook.
          """)
      }
    }
  }

  /// Takes those away that are git-lfs's.
  package func uninstall() throws(FetchError) {
    for name in Self.names {
      switch try holder(of: name) {
      case .absent, .lfsfetch, .foreign: continue
      case .current, .former:
        let path = folder.path + "/" + name
        do throws(FileError) { try removeFile(path) } catch {
          throw FetchError(file: error, doing: "cannot remove the hook `\(path.escapingControls)`")
        }
      }
    }
  }

  private enum Holder {
    case absent
    case current
    /// What git-lfs has written in an older version.
    case former
    /// lfsfetch's own hook, which does the same and more.
    case lfsfetch
    case foreign(String)
  }

  private func holder(of name: String) throws(FetchError) -> Holder {
    let path = folder.path + "/" + name
    let bytes: [UInt8]
    do throws(FileError) {
      guard try FileStatus.of(path) != nil else { return .absent }
      bytes = try readFile(path, limit: 1 << 20)
    } catch { throw FetchError(file: error, doing: "cannot read the hook `\(path.escapingControls)`") }
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.lines.map(\.trimmed).filter { !$0.isEmpty }
    let current = Self.script(name).words(at: "\n")
    if text.isSame(as: Self.script(name) + "\n") { return .current }
    if lines.map({ ExactText($0) }) == current.map({ ExactText($0) }) || lines.isEmpty { return .former }
    if let name = HookName(rawValue: name), HookScript(text, of: name) != nil { return .lfsfetch }
    return Self.isFormer(lines, name) ? .former : .foreign(String(text.trimmed))
  }

  /// Whether it is one of those that older versions wrote: a test for the program maybe, and one line that runs it.
  private static func isFormer(_ lines: [Substring], _ name: String) -> Bool {
    guard lines.first == "#!/bin/sh", let last = lines.last, (2...3).contains(lines.count) else { return false }
    if lines.count == 3, !lines[1].begins(with: "command -v git-lfs >/dev/null 2>&1 || { echo >&2 ") { return false }
    let calls =
      ["git lfs \(name) \"$@\""]
      + (name == "pre-push" ? ["git lfs push --stdin $*", "git lfs push --stdin \"$@\""] : [])
    return calls.contains(String(last))
  }
}

extension GitLFSHooks {
  /// A hook that is there already, or a folder that others use, too, or that is committed, is left alone. And no hooks
  /// are made that would look for `git-lfs` in the repository itself.
  func installUnasked() {
    guard Program.findEverywhere("git-lfs") != nil else { return }
    if folder.obstacle == nil, !folder.isInWorkTree { try? install(isForced: false) }
  }
}

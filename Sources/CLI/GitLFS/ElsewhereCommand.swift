import LFSFetch

/// The commands of git-lfs that are no part of this tool, because they upload, lock, or rewrite history.
enum ElsewhereCommand {
  static let all: [(name: String, summary: String)] = [
    ("completion", "Make completion scripts for git-lfs"),
    ("dedup", "Share the blocks of objects and files on the disk"),
    ("lock", "Lock a file on the server"),
    ("locks", "List the files that are locked"),
    ("logs", "Show what git-lfs has noted of its faults"),
    ("merge-driver", "Merge text files that LFS has"),
    ("migrate", "Rewrite history, into LFS or out of it"),
    ("push", "Upload objects"),
    ("standalone-file", "Bring objects from a folder, as git-lfs's transfer agent"),
    ("unlock", "Give a lock back"),
  ]

  /// nil for all commands that are here or nowhere.
  static func error(_ name: String) -> FetchError? {
    guard all.contains(where: { $0.name == name }) else { return nil }
    return FetchError(
      .usage, "`git lfs \(name)` is not part of lfsfetch, which only downloads",
      hint: "use the real git-lfs for it: it works in the same repository")
  }
}

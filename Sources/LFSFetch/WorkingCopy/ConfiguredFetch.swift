import Git
import Text

/// Which LFS files git-lfs is configured to fetch where nobody says anything else: `lfs.fetchinclude` and
/// `lfs.fetchexclude` of the user, else of the repository's `.lfsconfig`.
struct ConfiguredFetch: Sendable, Equatable {
  let include: [String]
  let exclude: [String]

  init(user: GitConfig, lfsconfig: GitConfig) {
    func patterns(_ name: String) -> [String] {
      (user.string(name) ?? lfsconfig.string(name) ?? "").words(at: ",").map { pattern in
        String(pattern.trimmed)
      }.filter { !$0.isEmpty }
    }
    include = patterns("lfs.fetchinclude")
    exclude = patterns("lfs.fetchexclude")
  }

  func contains(_ path: [UInt8]) -> Bool { Selection(include: include, exclude: exclude).contains(path) }
}

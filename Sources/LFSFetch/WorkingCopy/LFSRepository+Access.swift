import Git
import HTTP
import Text

/// Which LFS servers let nobody in without credentials, by `lfs.<url>.access` of git's configuration.
///
/// As with git-lfs, a server for which it says so is sent them with the first request, and what was found out by being
/// refused is noted in the repository. https://github.com/git-lfs/git-lfs/blob/main/docs/man/git-lfs-config.adoc
extension LFSRepository {
  /// What cannot be written is no reason to fail: it only saves a request.
  func noteAccess(to sources: [Source]) {
    guard let batch = try? fetcher.network.parts().batch else { return }
    let file = ConfigFile(layout.commonFolder + "/config")
    for case .lfs(let server) in sources where batch.hasAskedForCredentials(server) {
      guard settings.config.access(toLFS: server.url) == nil else { continue }
      try? file.set("lfs.\(server.url).access", to: "basic")
    }
  }
}

extension GitConfig {
  /// In git-lfs's words: `none`, `basic`, and others that are not spoken here.
  func access(toLFS url: HTTPURL) -> String? {
    let access = string("lfs", for: "\(url)", "access")?.inLowerCase
    // What older versions of git-lfs wrote.
    return access == "private" ? "basic" : access
  }

  func needsCredentials(forLFS url: HTTPURL) -> Bool { access(toLFS: url) == "basic" }
}

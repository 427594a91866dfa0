import Git
import Text

/// Remotes as the commands name them.
extension LFSRepository {
  /// The remote that a command asks: the one that was named, which must be known, or the default.
  package func remote(named name: String?) throws(FetchError) -> String {
    guard let name else { return defaultRemote }
    if settings.remotes.contains(name) || name.contains("/") || name.contains(":") { return name }
    throw FetchError(
      .usage, "the repository has no remote `\(name.escapingControls)`",
      hint: NearestName.hint(for: name, among: settings.remotes) ?? "`git remote` lists them")
  }
}

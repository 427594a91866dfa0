import Files
import Git
import Text

/// What a clone is called when nobody names its folder.
extension CloneRequest {
  /// As with git, the last part of the address.
  static func folderName(of source: String, isBare: Bool) throws(FetchError) -> String {
    var name = source.withoutCredentials
    while name.hasSuffix("/") { name.removeLast() }
    if name.hasSuffix("/.git") { name.removeLast(5) }
    name = String(name.split(separator: "/").last ?? "")
    // The short form of an ssh address can do without a slash.
    if source.authorityStart == nil, case .ssh? = try? GitLocation(source), let colon = name.lastIndex(of: ":") {
      name = String(name[colon...].dropFirst())
    }
    if name.hasSuffix(".git") { name.removeLast(4) }
    // A host's name is no name for a folder, nor is what would lead elsewhere.
    guard !name.isEmpty, name != "..", name != ".", !name.contains(":"), !name.utf8.contains(where: { $0 < 0x20 })
    else {
      throw FetchError(
        .usage, "`\(source.withoutCredentials.escapingControls)` does not tell what to call the folder",
        hint: "name a folder after the URL")
    }
    return isBare ? name + ".git" : name
  }

  /// Refuses a place for git's folder in which there is something.
  func checkGitFolder() throws(FetchError) {
    guard let folder = asGit?.gitFolder else { return }
    do throws(FileError) {
      guard try FileStatus.of(folder) != nil else { return }
    } catch { throw FetchError(file: error, doing: "cannot use `\(folder.escapingControls)` as git's folder") }
    throw FetchError(
      .disk, "`\(folder.escapingControls)` is there already", causes: ["git's folder of a clone needs a new place"],
      hint: "name another place, or remove this one")
  }
}

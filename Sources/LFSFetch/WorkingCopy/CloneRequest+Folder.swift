import Git
import Text

/// What a clone is called when nobody names its folder.
extension CloneRequest {
  /// As with git, the last part of the address.
  static func folderName(of source: String, isBare: Bool) throws(FetchError) -> String {
    let whole = source.withoutCredentials.withoutLastSlashes
    var name = (whole.rest(before: "/.git") ?? whole).words(at: "/").last ?? ""
    // The short form of an ssh address can do without a slash.
    if source.authorityStart == nil, case .ssh? = try? GitLocation(source), let (_, path) = name.cut(atLast: ":") {
      name = path
    }
    name = name.rest(before: ".git") ?? name
    // A host's name is no name for a folder, nor is what would lead elsewhere.
    guard !name.isEmpty, name != "..", name != ".", !name.has(":"), !name.utf8.contains(where: { $0 < 0x20 })
    else {
      throw FetchError(
        .usage, "`\(source.withoutCredentials.escapingControls)` does not tell what to call the folder",
        hint: "name a folder after the URL")
    }
    return isBare ? name + ".git" : String(name)
  }
}

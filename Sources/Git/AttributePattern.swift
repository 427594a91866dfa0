/// A pattern of a `.gitattributes`, made ready to be compared with the paths of files.
///
/// Without a slash it is about the last component of a path; else about all of it, seen from the folder of the file
/// that the pattern is in. https://git-scm.com/docs/gitattributes, https://git-scm.com/docs/gitignore#_pattern_format
struct AttributePattern: Sendable {
  private let isOfName: Bool
  private let glob: PathGlob

  /// nil for a pattern that fits no file: one with a slash at its end is about folders, which have no attributes.
  init?(_ pattern: [UInt8], ignoresCase: Bool) {
    let slash = UInt8(ascii: "/")
    guard pattern.last != slash else { return nil }
    isOfName = !pattern.contains(slash)
    glob = PathGlob(pattern.first == slash ? pattern.dropFirst() : pattern[...], ignoresCase: ignoresCase)
  }

  /// `path` is seen from the top; its last component and what lies below the pattern's folder begin at these places.
  func fits(_ path: [UInt8], name: Int, below folder: Int) -> Bool {
    glob.fits(path[(isOfName ? name : folder)...])
  }
}

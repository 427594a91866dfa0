import Files
import Git
import Text

/// Who may use what is made in a repository, by `core.sharedRepository`: the umask decides, or the rights are given, by
/// a word or as a number. The words mean the same rights as with git-lfs, whatever the umask is.
///
/// https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresharedRepository
package enum SharedAccess: Sendable, Equatable {
  case umask
  case exactly(UInt16)

  package init(_ config: GitConfig) {
    let text = config.string("core.sharedrepository") ?? "umask"
    switch text.inLowerCase {
    case "group", "true", "yes", "on", "", "1": self = .exactly(0o660)
    case "all", "world", "everybody", "2", "3": self = .exactly(0o664)
    default:
      guard let mode = UInt16(text, radix: 8), mode & 0o600 == 0o600 else {
        self = .umask
        return
      }
      self = .exactly(mode & 0o666)
    }
  }

  /// What a file is to have that was made with these rights.
  func file(_ permissions: UInt16) -> UInt16 {
    switch self {
    case .umask: permissions
    case .exactly(let rights): permissions & ~0o666 | rights
    }
  }

  /// Who may read a folder may enter it; where others of its group may, what is made in it belongs to that group.
  func folder(_ permissions: UInt16) -> UInt16 {
    guard self != .umask else { return permissions }
    let rights = file(permissions & 0o666)
    return permissions & ~0o777 | rights | (rights & 0o444) >> 2 | (rights & 0o060 == 0 ? 0 : 0o2000)
  }

  /// Makes the folder, and those above it that are not there. What is there already is as somebody wanted it.
  func makeFolder(_ path: String) throws(FileError) {
    guard self != .umask else { return try Directory.create(path) }
    var new: [String] = []
    var next: String? = path
    while let folder = next, try FileStatus.of(folder) == nil {
      new.append(folder)
      next = folder.parentFolder
    }
    try Directory.create(path)
    for folder in new { try changeMode(of: folder) { self.folder($0) } }
  }

  func apply(toFile path: String) throws(FileError) {
    if self != .umask { try changeMode(of: path, to: file) }
  }

  private func changeMode(of path: String, to wanted: (UInt16) -> UInt16) throws(FileError) {
    guard let status = try FileStatus.of(path) else { return }
    let wanted = wanted(status.permissions)
    // Of what belongs to somebody else, that one has taken care.
    if wanted != status.permissions { try? setPermissions(wanted, of: path) }
  }
}

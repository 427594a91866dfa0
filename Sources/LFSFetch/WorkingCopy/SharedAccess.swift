import Files
import Git
import Text

/// Who may use what is made in a repository, by `core.sharedRepository`: the umask decides, or the group or everybody
/// gets more than that, or the rights are given as a number.
///
/// https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresharedRepository
package enum SharedAccess: Sendable, Equatable {
  case umask
  case atLeast(UInt16)
  case exactly(UInt16)

  package init(_ config: GitConfig) {
    let text = config.string("core.sharedrepository") ?? "umask"
    switch text.lowercased() {
    case "group", "true", "yes", "on", "", "1": self = .atLeast(0o660)
    case "all", "world", "everybody", "2", "3": self = .atLeast(0o664)
    default:
      guard text.begins(with: "0"), let mode = UInt16(text, radix: 8), mode > 0, mode & 0o600 == 0o600 else {
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
    case .atLeast(let rights): permissions | rights
    case .exactly(let rights): permissions & ~0o666 | rights
    }
  }

  /// Who may read a folder may enter it; what is made in it belongs to its group.
  func folder(_ permissions: UInt16) -> UInt16 {
    guard self != .umask else { return permissions }
    let rights = file(permissions & 0o666)
    return permissions & ~0o777 | rights | (rights & 0o444) >> 2 | 0o2000
  }

  /// Makes the folder and those above it, as far as they lie in `root`.
  func makeFolder(_ path: String, in root: String) throws(FileError) {
    try Directory.create(path)
    guard self != .umask else { return }
    var next: String? = path
    while let folder = next, folder.isSame(as: root) || folder.rest(below: root) != nil {
      try changeMode(of: folder, folder: true)
      next = folder.parentFolder
    }
  }

  func apply(toFile path: String) throws(FileError) {
    if self != .umask { try changeMode(of: path, folder: false) }
  }

  private func changeMode(of path: String, folder isFolder: Bool) throws(FileError) {
    guard let status = try FileStatus.of(path) else { return }
    let wanted = isFolder ? folder(status.permissions) : file(status.permissions)
    // Of what belongs to somebody else, that one has taken care.
    if wanted != status.permissions { try? setPermissions(wanted, of: path) }
  }
}

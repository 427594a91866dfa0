/// How a file of the store comes into a folder of the user's.
public enum LinkKind: String, Sendable, CaseIterable {
  /// Shares the blocks on the disk until one of the two is written to. Only some file systems can: XFS, Btrfs, APFS.
  case reflink
  case copy
  /// The very file of the store. A program that writes into it as root damages the store.
  case hardlink
  case symlink
}

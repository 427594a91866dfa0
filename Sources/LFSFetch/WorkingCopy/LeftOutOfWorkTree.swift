import Git

/// The paths that a sparse checkout leaves out of the work tree, as the index has them: single files, and whole folders
/// of a sparse index.
struct LeftOutOfWorkTree {
  private let files: Set<[UInt8]>
  private let folders: Set<[UInt8]>

  init(_ index: GitIndex) {
    files = Set(index.entries.filter { $0.isSkipped && $0.mode != nil }.map(\.path))
    folders = Set(index.entries.filter { $0.mode == nil }.map(\.path))
  }

  func contains(_ path: [UInt8]) -> Bool {
    guard !folders.isEmpty else { return files.contains(path) }
    let slashes = path.indices.filter { path[$0] == UInt8(ascii: "/") }
    return files.contains(path) || slashes.contains { folders.contains(Array(path[...$0])) }
  }
}

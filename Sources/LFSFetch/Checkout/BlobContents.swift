import Git

/// Gives the bytes of the files that git itself keeps, in the form in which git would check them out. The
/// repository is opened only when there are such files.
struct BlobContents: Sendable {
  private let source: String
  private let remote: GitRemote?
  private let tree: RemoteTree?
  private var entries: [[UInt8]: TreeEntry] = [:]

  init(_ resolution: Resolution, _ wanted: Wanted, _ remotes: Remotes) async throws(FetchError) {
    source = wanted.source
    let blobs = Set(resolution.files.filter(\.isBlob).map(\.path.bytes))
    guard !blobs.isEmpty, let commit = resolution.commit.flatMap({ ObjectID(hex: $0) }) else {
      (remote, tree) = (nil, nil)
      return
    }
    let remote = try remotes.remote(of: wanted.source, isNamedByUser: wanted.isNamedByUser)
    let tree = try await reading(source) { () async throws(GitError) in
      let tree = try await remote.tree(of: commit)
      try await remote.load(tree.entries.filter { blobs.contains($0.rawPath) }, of: tree)
      return tree
    }
    (self.remote, self.tree) = (remote, tree)
    for entry in tree.entries where blobs.contains(entry.rawPath) { entries[entry.rawPath] = entry }
  }

  func bytes(of file: SelectedFile) async throws(FetchError) -> [UInt8] {
    guard let remote, let tree, let entry = entries[file.path.bytes] else {
      throw FetchError(.integrity, "the commit does not hold `\(file.path)` any more")
    }
    return try await reading(source) { () async throws(GitError) in
      file.mode == .symlink
        ? try await remote.content(of: entry) : try await remote.checkoutContent(of: entry, in: tree)
    }
  }
}

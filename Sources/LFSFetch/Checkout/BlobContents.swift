import Git

/// Gives the bytes of the files that git itself keeps, in the form in which git would check them out. The
/// repository is opened only when there are such files.
struct BlobContents: Sendable {
  private let source: String
  private let remote: GitRemote?
  private let tree: RemoteTree?

  init(_ resolution: Resolution, _ wanted: Wanted, _ resolver: Resolver) async throws(FetchError) {
    source = wanted.source
    let blobs = Set(resolution.files.filter { if case .blob = $0.content { true } else { false } }.map(\.path))
    guard !blobs.isEmpty, let commit = resolution.commit.flatMap({ ObjectID(hex: $0) }) else {
      (remote, tree) = (nil, nil)
      return
    }
    let remote = try resolver.remote(of: wanted)
    let tree = try await reading(source) { () async throws(GitError) in
      let tree = try await remote.tree(of: commit)
      try await remote.load(tree.entries.filter { entry in (try? entry.path).map(blobs.contains) ?? false }, of: tree)
      return tree
    }
    (self.remote, self.tree) = (remote, tree)
  }

  func bytes(of file: SelectedFile) async throws(FetchError) -> [UInt8] {
    guard let remote, let tree, let entry = tree.entries.first(where: { $0.rawPath == file.path.bytes }) else {
      throw FetchError(.integrity, "the commit does not hold `\(file.path)` any more")
    }
    return try await reading(source) { () async throws(GitError) in
      file.mode == .symlink
        ? try await remote.content(of: entry) : try await remote.checkoutContent(of: entry, in: tree)
    }
  }
}

import Git
import Text

/// Finds the wanted files in a commit's tree and reads what their content is: a pointer's object, or git's own.
struct TreeReader: Sendable {
  let remote: GitRemote
  let tree: RemoteTree
  let wanted: Wanted

  func read(sourceName: String, reference: String?) async throws(FetchError) -> Resolution {
    let entries = try wanted.selected(of: tree).filter { $0.mode != .submodule }
    if entries.isEmpty { throw wanted.nothingLeft }
    let lfsconfig = tree.entries.first { $0.rawPath.elementsEqual(".lfsconfig".utf8) && $0.mode == .regular }
    try await reading(wanted.source) { () async throws(GitError) in
      try await remote.load(entries + (lfsconfig.map { [$0] } ?? []), of: tree)
    }

    var files: [SelectedFile] = []
    var rest = entries[...]
    while !rest.isEmpty {
      let blobs = try await reading(wanted.source) { [rest] () async throws(GitError) in
        try await remote.contents(of: rest)
      }
      for (entry, blob) in zip(rest, blobs) { files.append(try await file(entry, blob)) }
      rest = rest.dropFirst(blobs.count)
    }
    var configuredLFS: String?
    if let lfsconfig { configuredLFS = try await lfsURL(in: lfsconfig) }
    return Resolution(
      sourceName: sourceName, commit: tree.commit.hex, reference: reference, files: files, configuredLFS: configuredLFS)
  }

  private func file(_ entry: TreeEntry, _ blob: [UInt8]) async throws(FetchError) -> SelectedFile {
    let path = try reading(wanted.source) { () throws(GitError) in try entry.path }
    guard entry.mode != .symlink, !blob.isEmpty, let pointer = try pointer(in: blob, at: path) else {
      if let promised = wanted.pinned[path.string]?.oid {
        throw mismatch(path, promised, found: "a file that is no LFS object")
      }
      return try await gitFile(entry, at: path, blob)
    }
    if let promised = wanted.pinned[path.string]?.oid, promised != pointer.oid {
      throw mismatch(path, promised, found: "the object \(pointer.oid)")
    }
    return SelectedFile(path: path, mode: entry.mode, oid: pointer.oid, size: pointer.size)
  }

  private func pointer(in blob: [UInt8], at path: RepositoryPath) throws(FetchError) -> Pointer? {
    let pointer: Pointer?
    do throws(PointerError) {
      pointer = try Pointer.parse(blob)
    } catch {
      throw FetchError(
        .integrity, "the LFS pointer `\(path)` in \(wanted.place) is malformed", causes: [error.description],
        hint: "the file was committed wrongly; its authors can repair it with `git lfs migrate import --no-rewrite`")
    }
    if let pointer, let transformation = pointer.extensions.first {
      throw FetchError(
        .usage, "the content of `\(path)` in \(wanted.place) is stored in a transformed form",
        causes: ["its LFS pointer names the extension `\(transformation.name.escapingControls)`"],
        hint: "fetch it with git-lfs and that extension installed")
    }
    return pointer
  }

  /// As it will be on the disk: line endings may be converted.
  private func gitFile(
    _ entry: TreeEntry, at path: RepositoryPath, _ blob: [UInt8]
  ) async throws(FetchError) -> SelectedFile {
    if entry.mode == .symlink {
      return SelectedFile(path: path, mode: .symlink, blob: entry.id, size: Int64(blob.count), digest: nil)
    }
    let bytes = try await reading(wanted.source) { () async throws(GitError) in
      try await remote.checkoutContent(of: entry, in: tree)
    }
    return SelectedFile(
      path: path, mode: entry.mode, blob: entry.id, size: Int64(bytes.count), digest: SHA256.hash(bytes))
  }

  private func lfsURL(in entry: TreeEntry) async throws(FetchError) -> String? {
    try await reading(wanted.source) { () async throws(GitError) in
      Endpoint.configured(in: try GitConfig(parsing: try await remote.content(of: entry), name: ".lfsconfig"))
    }
  }

  // MARK: Errors

  private func mismatch(_ path: RepositoryPath, _ promised: SHA256Digest, found: String) -> FetchError {
    FetchError(
      .integrity, "`\(path)` in \(wanted.place) is not what the registry promises",
      causes: ["the registry promises the object \(promised)", "the commit \(tree.commit) has \(found)"],
      hint: wanted.pinHint)
  }
}

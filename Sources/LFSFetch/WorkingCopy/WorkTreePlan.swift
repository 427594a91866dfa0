import Git
import Text

/// What a work tree will consist of: of each selected path of a commit, what is to be written.
struct WorkTreePlan: Sendable {
  enum Content: Sendable, Equatable {
    /// An LFS object.
    case object(SHA256Digest, size: Int64)
    /// What git keeps, or a pointer that stays one.
    case blob
    case symlink
    /// An empty folder, or another clone.
    case submodule
  }

  struct File: Sendable {
    let path: RepositoryPath
    let entry: TreeEntry
    let content: Content
  }

  private(set) var files: [File] = []
  private(set) var warnings: [String] = []

  /// The objects that are wanted, each once, with the first path that wants it.
  var objects: [SelectedFile] {
    var seen: Set<SHA256Digest> = []
    return files.compactMap { file in
      guard case .object(let oid, let size) = file.content, size > 0, seen.insert(oid).inserted else { return nil }
      return SelectedFile(path: file.path, mode: file.entry.mode, oid: oid, size: size)
    }
  }

  /// `entries` are the selected ones of `tree`; what they need must have been loaded. Where `isFetched` says no,
  /// pointers stay.
  init(
    _ entries: [TreeEntry], of tree: RemoteTree, _ remote: GitRemote, isFetched: ([UInt8]) -> Bool
  ) async throws(GitError) {
    var pointers: [Int: Pointer] = [:]
    for entry in entries {
      let path = try entry.path
      switch entry.mode {
      case .submodule: files.append(File(path: path, entry: entry, content: .submodule))
      case .symlink: files.append(File(path: path, entry: entry, content: .symlink))
      case .regular, .executable: files.append(File(path: path, entry: entry, content: .blob))
      }
    }
    var candidates = files.indices.filter { files[$0].content == .blob && isFetched(files[$0].entry.rawPath) }[...]
    while !candidates.isEmpty {
      let blobs = try await remote.contents(of: candidates.map { files[$0].entry }[...])
      for (index, blob) in zip(candidates, blobs) { pointers[index] = pointer(in: blob, of: files[index].entry) }
      candidates = candidates.dropFirst(blobs.count)
    }
    try await apply(pointers, tree, remote)
  }

  /// nil for ordinary content.
  private mutating func pointer(in blob: [UInt8], of entry: TreeEntry) -> Pointer? {
    do throws(PointerError) {
      guard let pointer = try Pointer.parse(blob) else { return nil }
      guard let transformation = pointer.extensions.first else { return pointer }
      warnings.append(
        "`\(entry.displayPath)` stays a pointer: its content is stored in the form of the LFS extension "
          + "`\(transformation.name.escapingControls)`; where git's configuration has that, `lfsfetch pull` puts it in place"
      )
    } catch {
      warnings.append("`\(entry.displayPath)` stays as it is: it looks like an LFS pointer, but \(error.description)")
    }
    return nil
  }

  /// A pointer is replaced where git would replace it: where the attributes say so. Other programs that they name are
  /// not run.
  private mutating func apply(
    _ pointers: [Int: Pointer], _ tree: RemoteTree, _ remote: GitRemote
  ) async throws(GitError) {
    let plain = files.indices.filter { files[$0].content == .blob }
    let attributes = try await remote.attributes(of: plain.map { files[$0].entry.rawPath }, in: tree.commit)
    var unfiltered: [String] = []
    for (index, attributes) in zip(plain, attributes) {
      if attributes.filter == "lfs" {
        guard let pointer = pointers[index] else { continue }
        let file = files[index]
        files[index] = File(
          path: file.path, entry: file.entry, content: .object(pointer.oid, size: pointer.size))
      } else if attributes.filter != nil || attributes.encoding != nil {
        unfiltered.append("`\(files[index].path)`")
      }
    }
    guard let first = unfiltered.first else { return }
    let rest = unfiltered.count > 1 ? " and \(unfiltered.count - 1) more" : ""
    warnings.append(
      "\(first)\(rest) as git keeps it: the attributes name a filter or an encoding, which lfsfetch does not apply; "
        + "`git checkout` of the path does, after it was removed")
  }
}

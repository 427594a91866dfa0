import Git

/// A file of a repository whose content is an LFS object.
package struct LFSFile: Hashable, Sendable {
  /// As the repository has it, not judged.
  package let path: [UInt8]
  package let pointer: Pointer
  /// The pointer as git keeps it.
  package let blob: ObjectID

  /// For people and programs alike; lossy where the bytes are not UTF-8.
  package var name: String { String(decoding: path, as: UTF8.self) }
}

extension WorkingRepository {
  /// The pointers among the files. What claims to be a pointer and breaks the rules is none.
  package func lfsFiles(among files: [BlobAtPath]) throws(GitError) -> [LFSFile] {
    let contents = try content(of: Set(files.map(\.id)), below: Pointer.sizeLimit)
    return files.compactMap { file in
      guard let blob = contents[file.id], !blob.isEmpty, let pointer = try? Pointer.parse(blob) else { return nil }
      return LFSFile(path: file.path, pointer: pointer, blob: file.id)
    }
  }

  /// The LFS files of a commit.
  package func lfsFiles(of commit: ObjectID) throws(GitError) -> [LFSFile] {
    let entries = try files(of: commit).filter { $0.mode == .regular || $0.mode == .executable }
    return try lfsFiles(among: entries.map { BlobAtPath(id: $0.id, path: $0.rawPath) })
  }

  /// The LFS files that any of the commits has, each object once.
  package func lfsFiles(ofAny commits: [ObjectID]) throws(GitError) -> [LFSFile] {
    try lfsFiles(among: try blobs(ofAny: commits))
  }

  /// The LFS files that the commits have brought.
  package func lfsFiles(broughtBy commits: [ObjectID]) throws(GitError) -> [LFSFile] {
    try lfsFiles(among: try blobs(broughtBy: commits))
  }
}

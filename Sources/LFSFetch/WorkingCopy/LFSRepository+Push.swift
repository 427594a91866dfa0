import Git

extension LFSRepository {
  /// The LFS files that a push would bring to a remote. The lines are those that git gives to its hook `pre-push`: a
  /// local reference and commit, the remote's reference and commit.
  package func files(toBePushed lines: [String], to remote: String) async throws(FetchError) -> [LFSFile] {
    let pushed = lines.compactMap { line -> ObjectID? in
      let words = line.split(separator: " ")
      // A reference that is to be deleted has zeros.
      guard words.count == 4, words[1].contains(where: { $0 != "0" }) else { return nil }
      return ObjectID(hex: words[1])
    }
    guard !pushed.isEmpty else { return [] }
    return try await reading { git async throws(GitError) in
      let references = try await git.references().filter { $0.name.hasPrefix("refs/remotes/\(remote)/") }
      let known = await git.commits(among: references.map(\.commit))
      let new = try await git.commits(from: git.commits(among: pushed), excluding: known)
      return try await git.lfsFiles(broughtBy: new)
    }
  }
}

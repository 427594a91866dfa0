import CGit2

/// All files of one commit, in the order of its trees.
package struct RemoteTree: Sendable, Equatable {
  /// The commit itself; where the tree was asked for by the id of an annotated tag, the commit it names.
  package let commit: ObjectID
  /// Recursive; folders themselves are not entries.
  package let entries: [TreeEntry]

  package init(commit: ObjectID, entries: [TreeEntry]) {
    (self.commit, self.entries) = (commit, entries)
  }
}

/// One file of a tree. Its path is what the repository says and has not been judged yet, so that a bad path hurts
/// only whoever selects it.
package struct TreeEntry: Hashable, Sendable {
  package let rawPath: [UInt8]
  package let mode: FileMode
  package let id: ObjectID

  package init(rawPath: [UInt8], mode: FileMode, id: ObjectID) {
    (self.rawPath, self.mode, self.id) = (rawPath, mode, id)
  }

  /// The path when it is safe to create beneath a folder, else an error that names it.
  package var path: RepositoryPath {
    get throws(GitError) {
      if mode == .symlink, let reason = RepositoryPath.objection(toLinkAt: rawPath) {
        throw RepositoryPath.error(rawPath, reason)
      }
      return try RepositoryPath(validating: rawPath)
    }
  }

  /// For people and for matching patterns; control characters are escaped.
  package var displayPath: String { RepositoryPath.display(rawPath) }
}

/// What kind of file a tree entry is.
package enum FileMode: Sendable, Hashable {
  case regular, executable, symlink
  /// A commit of another repository; it has no content here.
  case submodule

  /// Nil for a folder.
  init?(_ mode: git_filemode_t) throws(GitError) {
    switch mode {
    case GIT_FILEMODE_BLOB: self = .regular
    case GIT_FILEMODE_BLOB_EXECUTABLE: self = .executable
    case GIT_FILEMODE_LINK: self = .symlink
    case GIT_FILEMODE_COMMIT: self = .submodule
    case GIT_FILEMODE_TREE: return nil
    default:
      throw GitError(.corrupt, "a tree holds an entry with the unknown mode \(String(mode.rawValue, radix: 8))")
    }
  }
}

/// The commit that a revision means.
package struct ResolvedRevision: Sendable, Equatable {
  package let commit: ObjectID
  /// The full name when a branch or tag was meant: `refs/heads/main`.
  package let reference: String?

  package init(commit: ObjectID, reference: String?) {
    (self.commit, self.reference) = (commit, reference)
  }
}

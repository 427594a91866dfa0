import Git

/// What is to be cloned, and how much of it.
public struct CloneRequest: Sendable {
  /// How much of the history comes along.
  public enum Depth: Sendable, Equatable {
    /// The last so many commits of each branch.
    case commits(Int)
    case full
  }

  /// The repository, the revision, and which files of it are put into the work tree.
  public var repository: ModelRequest
  /// nil is a folder in the working directory, named after the repository.
  public var folder: String?
  /// nil is the last commit of each branch; of a repository of this machine it is all of it, which takes no room.
  public var depth: Depth?
  /// Leave LFS pointers in the work tree, download no objects.
  public var leavesPointers = false
  /// No work tree: only git's own folder, and the objects of the selected files.
  public var isBare = false
  /// Clone the repositories that the selected files name as submodules, too.
  public var recursesIntoSubmodules = false
  /// Make what git would make; nil is a clone with no more in it than is needed.
  package var asGit: CloneAsGit?

  public init(_ repository: ModelRequest) { self.repository = repository }

  /// How much of the history comes along.
  var history: HistoryDepth {
    if let asGit, asGit.since != nil || !asGit.without.isEmpty {
      return .recent(since: asGit.since, without: asGit.without)
    }
    return switch depth {
    case .commits(let count): .commits(count)
    case .full: .full
    case nil: .commits(1)
    }
  }

  /// Whether files are written into the work tree.
  package var hasFiles: Bool { !isBare && asGit?.leavesOutFiles != true }

  /// The folder that a clone of this address is made in.
  package func folder(for source: String) throws(FetchError) -> String {
    if let folder { return folder }
    return try Self.folderName(of: source, isBare: isBare)
  }
}

/// A clone that was made.
public struct ClonedRepository: Sendable, Equatable {
  /// Its folder.
  public let path: String
  /// nil where the repository is empty.
  public let commit: String?
  /// Without `refs/heads/`; nil where a tag or a commit is checked out.
  public let branch: String?
  /// In the work tree.
  public let files: Int
  /// Why there is nothing in it; nil where there is.
  package var emptiness: Emptiness?
  /// The folders of the submodules that were cloned, too, those of a submodule behind it.
  package var submodules: [String] = []

  /// Why nothing could be checked out.
  package enum Emptiness: Sendable, Equatable {
    /// There is no branch and no tag.
    case emptyRepository
    /// The default branch is one that is not there.
    case noSuchBranch(String, others: [String])
  }
}

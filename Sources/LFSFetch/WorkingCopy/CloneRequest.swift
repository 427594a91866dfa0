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
  public var depth = Depth.commits(1)
  /// Leave LFS pointers in the work tree, download no objects.
  public var leavesPointers = false
  /// No work tree: only git's own folder, and the objects of the selected files.
  public var isBare = false
  /// Clone the repositories that the selected files name as submodules, too.
  public var recursesIntoSubmodules = false

  public init(_ repository: ModelRequest) { self.repository = repository }
}

/// A clone that was made.
public struct ClonedRepository: Sendable, Equatable {
  /// Its folder.
  public let path: String
  public let commit: String
  /// Without `refs/heads/`; nil where a tag or a commit is checked out.
  public let branch: String?
  /// In the work tree.
  public let files: Int
}

extension CloneRequest.Depth {
  var history: HistoryDepth {
    switch self {
    case .commits(let count): .commits(count)
    case .full: .full
    }
  }
}

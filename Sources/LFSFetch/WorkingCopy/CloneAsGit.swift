import Git
import Text

/// What `git clone` would make: all branches with their whole history and every blob, unless it is asked for less.
/// `lfsfetch clone` takes no more than is needed; this is for whoever expects what git makes.
package struct CloneAsGit: Sendable {
  /// What the clone calls the repository.
  package private(set) var remote = "origin"
  /// What is called on a host behind ssh to send git's objects, in the place of git's own.
  package var uploadPack: String?
  /// No branch but the one that is checked out.
  package var takesOneBranch = false
  /// All references as they are, and not only branches and tags; the clone is bare then.
  package var isMirror = false
  /// Only the commits since then, in seconds since 1970.
  private(set) var since: Int64?
  /// Only the commits that these branches and tags do not have.
  package var without: [String] = []
  /// The objects of a repository of this machine are not copied, but looked for over there.
  package var borrowsObjects = false
  /// The objects of a repository of this machine become files of the clone's own.
  package var copiesObjects = false
  /// Repositories of this machine whose objects need not be fetched, and whether it is a fault when one is none.
  package var lenders: [(path: String, isNeeded: Bool)] = []
  /// The clone takes over what they lend, and does without them then.
  package var dissociates = false
  /// The folder whose files git's folder begins with; an empty one is none, nil the one that git is configured to take.
  package var template: String?
  /// No files are written, and no index.
  package var leavesOutFiles = false
  /// Where git's folder is to be, if not in the work tree.
  package var gitFolder: String?
  /// What else is to stand in the clone's configuration.
  private(set) var settings: [GitConfig.Entry] = []
  package var depthOfSubmodules = CloneRequest.Depth.full
  /// Only branches and tags can be checked out; of a submodule it is a commit.
  private(set) var isPickyAboutBranches = true

  package init() {}

  package mutating func call(theRemote name: String) throws(FetchError) {
    guard RemoteReference.isValidName("refs/remotes/" + name) else {
      throw FetchError(.usage, "`\(name.escapingControls)` is no name for a remote")
    }
    remote = name
  }

  package mutating func take(since date: String) throws(FetchError) {
    guard let moment = PastMoment(date) else {
      throw FetchError(
        .usage, "`--shallow-since`: `\(date.escapingControls)` is not understood as a date",
        hint: "write it as `2024-05-17`, `2024-05-17 12:30:00 +0200` or `2 weeks ago`")
    }
    since = moment.seconds
  }

  /// `KEY=VALUE`; without a value it is true.
  package mutating func add(setting text: String) throws(FetchError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard let entry = GitConfig.Entry(key: parts[0], value: parts.count == 2 ? parts[1] : nil) else {
      throw FetchError(.usage, "`\(parts[0].escapingControls)` is no variable of git's configuration")
    }
    settings.append(entry)
  }

  /// How the submodules are cloned.
  var ofSubmodules: CloneAsGit {
    var manner = CloneAsGit()
    manner.isPickyAboutBranches = false
    manner.takesOneBranch = depthOfSubmodules != .full
    manner.depthOfSubmodules = depthOfSubmodules
    return manner
  }
}

extension FetcherConfiguration {
  /// Lets the settings hold while the clone is made, over those of the user.
  package mutating func take(settingsOf manner: CloneAsGit) throws(FetchError) {
    guard !manner.settings.isEmpty else { return }
    do throws(GitError) {
      let user = if let gitConfig { gitConfig } else { try GitConfig.user() }
      gitConfig = user.overlaid(with: GitConfig(entries: manner.settings))
    } catch { throw FetchError(.usage, "cannot read git's configuration", causes: [error.description]) }
  }
}

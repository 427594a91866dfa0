import CGit2
import Files
import Text

/// Where the parts of the working copy are in which a command runs, found as git finds them: from a folder upwards.
package struct WorkTreeLocation: Sendable {
  /// The folder of HEAD, the index and the sparse patterns.
  package let gitFolder: String
  /// The folder of objects, references and configuration, which all work trees of a repository share.
  package let commonFolder: String
  package let workTree: String
  package let head: ObjectID
  package let config: GitConfig

  /// nil is the working directory.
  package init(around folder: String = ".") throws(GitError) {
    let handle: Handle
    do throws(GitError) {
      handle = try Handle(.repositoryNotFound, "this folder is in no git repository", free: git_repository_free) {
        git_repository_open_ext(&$0, folder, 0, nil)
      }
    } catch {
      // Version 1.5 of the library loses the status that it has for this.
      guard error.cause?.contains("safe.directory") == true || error.code == .notOwned else { throw error }
      throw GitError(
        .notOwned, "the repository belongs to another user; name it in git's `safe.directory` to work in it")
    }
    let repository = handle.pointer
    guard let workTree = git_repository_workdir(repository), let path = git_repository_path(repository),
      let common = git_repository_commondir(repository)
    else { throw GitError(.repositoryNotFound, "the repository is bare: it has no work tree") }
    var oid = git_oid()
    try Libgit2.check(
      git_reference_name_to_id(&oid, repository, "HEAD"), .emptyRepository, "the repository has no commit yet")
    head = ObjectID(oid)
    (gitFolder, commonFolder) = (String(cString: path).withoutLastSlash, String(cString: common).withoutLastSlash)
    self.workTree = String(cString: workTree).withoutLastSlash
    var config = try GitConfig.user().overlaid(with: GitConfig(file: commonFolder + "/config"))
    if try config.bool("extensions.worktreeConfig") == true {
      config = config.overlaid(with: try GitConfig(file: gitFolder + "/config.worktree"))
    }
    self.config = config
  }

  package var indexFile: String { gitFolder + "/index" }
  package var sparsePatternsFile: String { gitFolder + "/info/sparse-checkout" }

  /// Sets a variable of the work tree, or removes it where there is no value.
  package func set(_ name: String, to value: String?) throws(GitError) {
    let isOwn = try config.bool("extensions.worktreeConfig") == true
    let path = isOwn ? gitFolder + "/config.worktree" : commonFolder + "/config"
    let file = try Handle(.config, "cannot read git's configuration", free: git_config_free) {
      git_config_open_ondisk(&$0, path)
    }
    if let value {
      try Libgit2.check(git_config_set_string(file.pointer, name, value), .disk, "cannot set `\(name)`")
    } else {
      let status = git_config_delete_entry(file.pointer, name)
      if status == GIT_ENOTFOUND.rawValue { return }
      try Libgit2.check(status, .disk, "cannot remove `\(name)`")
    }
  }
}

extension String {
  fileprivate var withoutLastSlash: String { utf8.count > 1 ? String(rest(before: "/") ?? self[...]) : self }
}

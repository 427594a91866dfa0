import CGit2
import Files
import Text

/// One file of git's configuration, to be changed. What is not touched in it stays as it was, comments included.
package struct ConfigFile: Sendable {
  package let path: String

  /// A file that is not there is made when something is set.
  package init(_ path: String) { self.path = path }

  /// What the file itself says, and the files that it includes.
  package func read() throws(GitError) -> GitConfig { try GitConfig(file: path) }

  package func set(_ name: String, to value: String) throws(GitError) {
    try change { git_config_set_string($0, name, value) }
  }

  /// Takes the variable away; fine when it is not there.
  package func remove(_ name: String) throws(GitError) {
    guard try read().string(name) != nil else { return }
    try change { git_config_delete_multivar($0, name, ".*") }
  }

  /// Takes a section away when nothing is in it any more, with its heading.
  package func removeEmptySection(_ heading: String) throws(GitError) {
    do throws(FileError) {
      guard try FileStatus.of(path) != nil else { return }
      // What the user wrote stays as it is, in whatever encoding.
      let end = UInt8(ascii: "\n")
      var lines = try readFile(path).split(separator: end, omittingEmptySubsequences: false)
      func content(_ line: ArraySlice<UInt8>) -> Substring { String(decoding: line, as: UTF8.self).trimmed }
      guard let index = lines.firstIndex(where: { content($0).isSame(as: heading) }) else { return }
      let next = lines[(index + 1)...].lazy.map(content).first { !$0.isEmpty }
      guard next == nil || next?.begins(with: "[") == true else { return }
      lines.remove(at: index)
      try rewriteFile(path, with: Array(lines.joined(separator: [end])))
    } catch { throw GitError(error) }
  }

  private func change(_ body: (OpaquePointer) -> Int32) throws(GitError) {
    do throws(FileError) {
      if let folder = path.parentFolder { try Directory.create(folder) }
    } catch { throw GitError(error) }
    let config = try Handle(.config, "cannot read `\(path.escapingControls)`", free: git_config_free) {
      git_config_open_ondisk(&$0, path)
    }
    try Libgit2.check(body(config.pointer), .disk, "cannot change `\(path.escapingControls)`")
  }

  // MARK: Which file

  /// The user's file, to which `git config --global` writes.
  package static func global(
    environment: (String) -> String? = processEnvironment
  ) throws(GitError) -> ConfigFile {
    let files = GitConfig.files { $0 == "GIT_CONFIG_NOSYSTEM" ? "1" : environment($0) }
    for path in files.reversed() {
      let status = try? FileStatus.of(path)
      if status != nil { return ConfigFile(path) }
    }
    guard let last = files.last else { throw GitError(.config, "there is no file for the user's configuration") }
    return ConfigFile(last)
  }

  /// The file of the machine.
  package static func system(environment: (String) -> String? = processEnvironment) throws(GitError) -> ConfigFile {
    guard let path = environment("GIT_CONFIG_SYSTEM") ?? GitConfig.systemFile() as String?, !path.isEmpty else {
      throw GitError(.config, "there is no file for the machine's configuration")
    }
    return ConfigFile(path)
  }
}

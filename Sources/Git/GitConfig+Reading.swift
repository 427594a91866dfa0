import CGit2
import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A variable of this process's environment.
package func processEnvironment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

extension GitConfig {
  /// What git would know outside of any repository: the system's file, the user's files, and `GIT_CONFIG_COUNT`.
  /// `environment` looks a variable up.
  package static func user(
    environment: (String) -> String? = processEnvironment
  ) throws(GitError) -> GitConfig {
    try read(files(environment), for: nil, environment)
  }

  /// What git knows in a repository: the user's files, then those of the repository and of its work tree.
  static func of(
    _ repository: OpaquePointer, _ layout: WorkingRepository.Layout, environment: (String) -> String?
  ) throws(GitError) -> GitConfig {
    let own = layout.commonFolder + "/config"
    var paths = files(environment) + [own]
    if try GitConfig(file: own).bool("extensions.worktreeConfig") == true {
      paths.append(layout.gitFolder + "/config.worktree")
    }
    return try read(paths, for: repository, environment)
  }

  private static func read(
    _ paths: [String], for repository: OpaquePointer?, _ environment: (String) -> String?
  ) throws(GitError) -> GitConfig {
    var config = GitConfig()
    for path in paths {
      config = config.overlaid(with: try GitConfig(file: path, for: repository))
    }
    return config.overlaid(with: try fromEnvironment(environment)).overlaid(with: fromCommandLine(environment))
  }

  /// Reads one file that may be missing, and the files that it includes; those that `includeIf` names only where
  /// they are for `repository`.
  package init(file path: String, for repository: OpaquePointer? = nil) throws(GitError) {
    self.init()
    // libgit2 takes a missing file for an empty one, and a folder, too.
    guard access(path, F_OK) == 0 else { return }
    let config = try Handle(.config, "cannot read git's configuration", free: git_config_free) {
      git_config_new(&$0)
    }
    try Libgit2.check(
      git_config_add_file_ondisk(config.pointer, path, GIT_CONFIG_LEVEL_LOCAL, repository, 0), .config,
      "cannot read git's configuration")
    let iterator = try Handle(.config, "cannot read git's configuration", free: git_config_iterator_free) {
      git_config_iterator_new(&$0, config.pointer)
    }
    var entries: [Entry] = []
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator.pointer) == 0, let found = entry?.pointee {
      entries.append(Entry(String(cString: found.name), found.value.map { String(cString: $0) }))
    }
    self.init(entries: entries)
  }

  /// The user's files in git's order, the weakest first.
  static func files(_ environment: (String) -> String?) -> [String] {
    var files: [String] = []
    if !(environment("GIT_CONFIG_NOSYSTEM").flatMap { bool($0) } ?? false) {
      files.append(environment("GIT_CONFIG_SYSTEM") ?? systemFile())
    }
    if let global = environment("GIT_CONFIG_GLOBAL") {
      files.append(global)
    } else {
      let home = environment("HOME").flatMap { $0.isEmpty ? nil : $0 }
      if let xdg = environment("XDG_CONFIG_HOME"), !xdg.isEmpty {
        files.append(xdg + "/git/config")
      } else if let home {
        files.append(home + "/.config/git/config")
      }
      if let home { files.append(home + "/.gitconfig") }
    }
    return files.filter { !$0.isEmpty }
  }

  /// Where the packagers of libgit2 put the system's file.
  static func systemFile() -> String {
    Libgit2.start()
    var buffer = git_buf()
    defer { git_buf_dispose(&buffer) }
    guard git_config_find_system(&buffer) == 0, let path = buffer.ptr else { return "/etc/gitconfig" }
    return String(cString: path)
  }

  /// What `git -c` sets for the programs that git runs: `'key'='value'`, of old `'key=value'`, in a shell's quotes;
  /// `'key'=` for a variable without `=`.
  private static func fromCommandLine(_ environment: (String) -> String?) -> GitConfig {
    var words: [(text: [UInt8], ending: UInt8?)] = [([], nil)]
    var isQuoted = false
    var rest = Array((environment("GIT_CONFIG_PARAMETERS") ?? "").utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: " "), !isQuoted {
        words.append(([], nil))
        continue
      }
      let last = words.count - 1
      words[last].ending = byte
      switch byte {
      case UInt8(ascii: "'"): isQuoted.toggle()
      case UInt8(ascii: "\\") where !isQuoted: if let next = rest.popFirst() { words[last].text.append(next) }
      default: words[last].text.append(byte)
      }
    }
    return GitConfig(
      entries: words.filter { $0.text.contains(UInt8(ascii: ".")) }.map { word in
        let text = String(decoding: word.text, as: UTF8.self)
        guard let (name, value) = text.cut(at: "=") else { return Entry(normalised(text), nil) }
        return Entry(normalised(String(name)), word.ending == UInt8(ascii: "=") ? nil : String(value))
      })
  }

  /// `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_<n>` and `GIT_CONFIG_VALUE_<n>`.
  private static func fromEnvironment(_ environment: (String) -> String?) throws(GitError) -> GitConfig {
    guard let text = environment("GIT_CONFIG_COUNT"), !text.isEmpty else { return GitConfig() }
    guard let count = Int(text), (0...10_000).contains(count) else {
      throw GitError(.config, "the environment variable `GIT_CONFIG_COUNT` is not a usable number")
    }
    var entries: [Entry] = []
    for index in 0..<count {
      guard let key = environment("GIT_CONFIG_KEY_\(index)"), key.has("."),
        let value = environment("GIT_CONFIG_VALUE_\(index)")
      else {
        throw GitError(
          .config,
          "the environment variables `GIT_CONFIG_KEY_\(index)` and `GIT_CONFIG_VALUE_\(index)` do not set a variable"
        )
      }
      entries.append(Entry(normalised(key), value))
    }
    return GitConfig(entries: entries)
  }
}

import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What git-lfs leaves in a repository besides objects: a mark of the format, and files that it did not finish.
extension LFSRepository {
  /// The only format that there is; git-lfs refuses all others, too.
  private static let format = "0"
  private static let formatKey = "lfs.repositoryformatversion"

  /// Fails where the repository says that its LFS files are kept in a way that is not known here.
  static func checkFormat(of layout: WorkingRepository.Layout) throws(FetchError) {
    let version: String?
    do throws(GitError) { version = try GitConfig(file: layout.commonFolder + "/config").string(formatKey) } catch {
      throw FetchError(repository: error)
    }
    guard let version, version != format else { return }
    let shown = version.escapingControls
    throw FetchError(
      .usage, "the repository keeps LFS files in the format \(shown), which is not known",
      causes: ["`\(formatKey)` in its configuration says so"], hint: "use the program that made it, or a newer lfsfetch"
    ).inGitLFS("Unknown repository format version: \(shown)")
  }

  /// What git-lfs does besides in every command that works with the content of files: its mark of the format, and its
  /// hooks, so that a push from here is not forgotten. What cannot be written is no reason to fail.
  package func setUpForGitLFS(installingHooks: Bool = true) {
    let file = ConfigFile(layout.commonFolder + "/config")
    if settings.config.string(Self.formatKey) == nil { try? file.set(Self.formatKey, to: Self.format) }
    if installingHooks { GitLFSHooks(self).installUnasked() }
  }

  /// Removes files of runs that did not end: those of objects that are here, and those that are older than an hour, but
  /// for folders in which something was made since, because their files may be links to older ones.
  static func removeLeftovers(in storage: String) {
    let folder = storage + "/tmp"
    // What a link leads to may be everybody's.
    guard (try? FileStatus.of(folder))?.kind == .folder else { return }
    let now = Int64(time(nil)) * 1_000_000_000
    let oldest = now - 3_600 * 1_000_000_000
    func clean(_ path: String, isTop: Bool) {
      let isYoung = !isTop && (try? FileStatus.of(path))?.modified ?? now > oldest
      for name in (try? Directory.list(path)) ?? [] {
        let file = path + "/" + name
        guard let status = try? FileStatus.of(file) else { continue }
        guard status.kind != .folder else {
          clean(file, isTop: false)
          continue
        }
        let id = name.prefix { $0 != "-" }
        let object = "\(storage)/objects/\(id.prefix(2))/\(id.dropFirst(2).prefix(2))/\(id)"
        let isHere = id.utf8.count == 64 && (try? FileStatus.of(object)) != nil
        if isHere || !isYoung && status.modified < oldest { try? removeFile(file) }
      }
    }
    clean(folder, isTop: true)
  }
}

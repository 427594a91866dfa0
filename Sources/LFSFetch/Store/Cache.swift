import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where everything that this machine keeps lies. A value: making one touches nothing.
///
/// ```
/// objects/ab/cd…     content, once each, named by its SHA-256, read-only
/// checksums/         the checksums of the chunks of large objects, to tell which part of a damaged one is bad
/// partial/           downloads that are not finished, each with its journal and lock
/// git/               a bare repository for each remote: commits, trees, pointers
/// resolved/          what a name, revision and selection came to, so that a second run asks nobody
/// snapshots/         the files of one commit of one source, as links into `objects`
/// learned/           what files turned out to be that came without a hash
/// hosts/             which form of git request each host understands
/// registries/        the layers of the registry that other hosts have
/// folders/           what was put into the folders of `--to`, to know it again
/// clones/            a marker for each clone that is being made
/// runs/              a marker for each run that is adding objects
/// ```
package struct Cache: Sendable, Equatable {
  package let root: String

  package init(root: String) {
    self.root = root.absolutePath
  }

  /// `$LFSFETCH_CACHE`, else `$XDG_CACHE_HOME/lfsfetch`, else `~/.cache/lfsfetch`.
  package static func standard(_ environment: [String: String]) -> Cache {
    if let path = environment["LFSFETCH_CACHE"], !path.isEmpty { return Cache(root: path) }
    if let base = environment["XDG_CACHE_HOME"], base.begins(with: "/") { return Cache(root: base + "/lfsfetch") }
    return Cache(root: homeFolder(environment) + "/.cache/lfsfetch")
  }

  static func homeFolder(_ environment: [String: String]) -> String {
    if let home = environment["HOME"], !home.isEmpty { return home }
    guard let entry = getpwuid(getuid()) else { return "/" }
    return String(cString: entry.pointee.pw_dir)
  }

  package var objects: String { root + "/objects" }
  package var checksums: String { root + "/checksums" }
  package var partial: String { root + "/partial" }
  package var git: String { root + "/git" }
  package var resolved: String { root + "/resolved" }
  package var snapshots: String { root + "/snapshots" }
  package var learned: String { root + "/learned" }
  package var hosts: String { root + "/hosts" }
  package var clones: String { root + "/clones" }

  /// Makes the folder, with the tag that tells backup programs to leave caches alone.
  package func create() throws(FileError) {
    let tag = root + "/CACHEDIR.TAG"
    if try FileStatus.of(tag) != nil { return }
    try Directory.create(root)
    let text =
      "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache made by lfsfetch; it can be removed.\n"
    try replaceFile(tag, with: Array(text.utf8))
  }
}

import Git
import Text

/// What `.gitmodules` says of a commit's submodules.
///
/// It comes from the repository, so nothing of it is believed that could lead out of the clone, to a file of this
/// machine, or to a program: only names, paths and addresses are read.
struct Submodules: Sendable, Equatable {
  struct Module: Sendable, Equatable {
    /// Names its folder below `modules`.
    let name: RepositoryPath
    /// Absolute.
    let url: String

    /// Whether one of the folders would be, or lie in, the other (CVE-2019-1387).
    func clashes(with other: Module) -> Bool {
      let (own, others) = (name.components, other.name.components)
      return own.starts(with: others) || others.starts(with: own)
    }
  }

  private let byPath: [ExactText: Module]

  /// `source` is the address of the repository itself: submodules may be given relative to it.
  init(_ config: GitConfig, source: String) throws(FetchError) {
    var names: [String] = []
    var paths: [ExactText: String] = [:]
    var urls: [ExactText: String] = [:]
    for entry in config.entries {
      guard let (start, key) = entry.name.rest(after: "submodule.")?.cut(atLast: "."), let value = entry.value
      else { continue }
      let name = String(start)
      switch key {
      case "path":
        names.append(name)
        paths[name] = value
      case "url": urls[name] = value
      default: break
      }
    }
    var byPath: [ExactText: Module] = [:]
    for name in names {
      guard let path = paths[name], let url = urls[name] else { continue }
      byPath[path] = Module(name: try Self.name(name), url: try Self.absolute(url, from: source, of: path))
    }
    self.byPath = byPath
  }

  func module(at path: RepositoryPath) throws(FetchError) -> Module {
    if let module = byPath[path.string] { return module }
    throw FetchError(
      .notFound, "`.gitmodules` has no address for the submodule `\(path)`",
      hint: "leave it out with `--exclude '\(path)'`, or clone without `--recurse-submodules`")
  }

  /// A name is a path below `modules`, so it must be as safe as one (CVE-2018-11235).
  private static func name(_ text: String) throws(FetchError) -> RepositoryPath {
    do throws(GitError) { return try RepositoryPath(validating: text) } catch {
      throw FetchError(
        .integrity, "`.gitmodules` names a submodule `\(text.escapingControls)`", causes: ["the name is not safe"])
    }
  }

  private static func absolute(_ url: String, from source: String, of path: String) throws(FetchError) -> String {
    if url.begins(with: "./") || url.begins(with: "../") { return resolve(url, from: source) }
    // Git would take it for an option (CVE-2018-17456); a path of this machine is not for a repository to choose
    // (CVE-2022-39253).
    let isLocal = isPath(url)
    let isSourceLocal = isPath(source)
    guard !url.begins(with: "-"), !isLocal || (isSourceLocal && url.begins(with: "/")) else {
      throw FetchError(
        .integrity, "the submodule `\(path.escapingControls)` is not at an http, https or ssh address",
        causes: ["`.gitmodules` names `\(url.withoutCredentials.escapingControls)`"],
        hint: "clone without `--recurse-submodules`")
    }
    return url
  }

  private static func isPath(_ address: String) -> Bool {
    if case .ssh? = try? GitLocation(address) { return false }
    return address.authorityStart == nil || address.inLowerCase.begins(with: "file:")
  }

  /// As git resolves it: each `../` takes a part away from the repository's own address.
  private static func resolve(_ url: String, from source: String) -> String {
    var base = source.withoutLastSlashes
    let root = source.authorityStart ?? source.startIndex
    var rest = url[...]
    while true {
      if let next = rest.rest(after: "./") {
        rest = next
      } else if let next = rest.rest(after: "../") {
        rest = next
        if let (above, _) = base[root...].cut(atLast: "/") {
          base = base[..<above.endIndex]
        } else if !isPath(source), let (host, _) = base[root...].cut(atLast: ":") {
          // `host:x` is a path, too, although it has no slash.
          return String(base[..<host.endIndex]) + ":" + rest
        }
      } else {
        return base + "/" + rest
      }
    }
  }
}

extension Wanted {
  /// One commit of a submodule, all files of it.
  init(submodule module: Submodules.Module, commit: ObjectID) {
    self.init(
      model: module.url.withoutCredentials, source: module.url, revision: commit.hex,
      selection: Selection(include: [], exclude: []), main: nil, pinned: [:], isFromRegistry: false)
  }
}

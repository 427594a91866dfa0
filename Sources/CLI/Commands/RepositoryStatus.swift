import JSON
import LFSFetch
import Text

/// `lfsfetch status`: what is to be pushed, committed and staged.
enum RepositoryStatus {
  static let specification = CommandSpecification(
    name: "status",
    summary: "Show what differs between HEAD, the index and the work tree",
    description: [
      "Lists the LFS objects that the remote's branch does not have yet, the files that the next commit would change, "
        + "and those that are changed in the work tree; of each what it is on both sides: an LFS object, a blob of "
        + "git's, or a file of the work tree, by the beginning of its id."
    ],
    options: [.porcelain, .statusJSON, .cache])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    let status = try await repository.status()
    if arguments.has(.statusJSON) {
      console.output.writeLine(json(status))
    } else if arguments.has(.porcelain) {
      var told: Set<[UInt8]> = []
      for change in status.unstaged + status.staged where told.insert(change.path).inserted {
        console.printPath(short(change, repository))
      }
    } else {
      for line in lines(status, repository, console.program) { console.printPath(line) }
    }
    return .done
  }

  private static func lines(
    _ status: LFSRepository.Status, _ repository: LFSRepository, _ program: Program
  ) -> [String] {
    let branch = repository.head.branch
    var lines: [String] = []
    if repository.head.commit != nil {
      lines.append(
        branch.map { "On branch \($0.replacing("refs/heads/", with: "", maxReplacements: 1))" }
          ?? (program == .gitLFS ? "On branch HEAD" : "HEAD detached"))
    }
    if let (remote, files) = status.unpushed {
      lines += ["Objects to be pushed to \(remote):", ""]
      lines += files.map { "\t\($0.name) (\($0.pointer.oid))" }
    }
    for (heading, changes) in [
      ("Objects to be committed:", status.staged), ("Objects not staged for commit:", status.unstaged),
    ] {
      lines += ["", heading, ""]
      lines += changes.map { "\t" + long($0, status, repository) }
    }
    return lines + [""]
  }

  private static func long(_ change: LFSRepository.Change, _ status: LFSRepository.Status, _ repository: LFSRepository)
    -> String
  {
    let from = change.from.map { repository.quoted($0, isRelative: true) + " -> " } ?? ""
    let old = change.old == .nothing ? "" : text(change.old, status) + " -> "
    return "\(from)\(repository.quoted(change.path, isRelative: true)) (\(old)\(text(change.new, status)))"
  }

  private static func text(_ content: LFSRepository.Content, _ status: LFSRepository.Status) -> String {
    switch content {
    case .lfs(let oid): "LFS: \(oid.hex.prefix(7))"
    case .git(let id): "Git: \(status.hashes[id]?.hex.prefix(7) ?? "")"
    case .file(let digest): "File: \(digest.hex.prefix(7))"
    case .missing: "?: <missing>"
    case .nothing: "File: deleted"
    }
  }

  private static func short(_ change: LFSRepository.Change, _ repository: LFSRepository) -> String {
    let mark = change.kind == .modified ? " M" : change.kind.rawValue + " "
    let from = change.from.map { repository.quoted($0) + " -> " } ?? ""
    return "\(mark) \(from)\(repository.quoted(change.path))"
  }

  /// Only what was LFS, or what is new and LFS.
  private static func json(_ status: LFSRepository.Status) -> String {
    var files: [ExactText: JSON] = [:]
    for change in status.unstaged + status.staged {
      guard case .lfs = change.old == .nothing ? change.new : change.old else { continue }
      files[name(change.path)] = JSON.object([
        ("status", .string(change.kind.rawValue)), ("from", change.from.map { .string(name($0)) }),
      ])
    }
    return JSON.object([("files", .object(files.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }))]).text
  }

  private static func name(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }
}

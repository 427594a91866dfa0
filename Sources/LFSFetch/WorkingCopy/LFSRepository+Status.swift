import Files
import Git
import Text

/// What differs between HEAD, the index and the work tree: `status`.
extension LFSRepository {
  /// What a path holds on one side.
  package enum Content: Sendable, Equatable {
    case lfs(SHA256Digest)
    case git(ObjectID)
    /// Of the work tree: the hash of what is there.
    case file(SHA256Digest)
    /// A blob that is not in the repository.
    case missing
    case nothing
  }

  package struct Change: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case added = "A"
      case modified = "M"
      case deleted = "D"
      case renamed = "R"
      case typeChanged = "T"
      /// In a conflict that is not settled yet.
      case unmerged = "U"
    }

    package let kind: Kind
    package let path: [UInt8]
    /// The former path of what was renamed.
    package var from: [UInt8]?
    package let old: Content
    package let new: Content
  }

  package struct Status: Sendable {
    package var staged: [Change] = []
    package var unstaged: [Change] = []
    /// Objects that the remote's branch does not have yet; nil where the branch has none.
    package var unpushed: (remote: String, files: [LFSFile])?
    /// Of the blobs that changed, the hash of what is in them, by which git-lfs names them.
    package var hashes: [ObjectID: SHA256Digest] = [:]
  }

  package func status() async throws(FetchError) -> Status {
    guard let root = layout.workTree else { throw .noWorkTree("the repository is bare") }
    let index = try await wholeIndex()
    let head = head
    var status = Status()
    let committed = try await reading { git async throws(GitError) in
      if let commit = head.commit { try await git.files(of: commit) } else { [TreeEntry]() }
    }
    let entries = index.entries.filter { $0.stage == 0 }
    let unmerged = Set(index.entries.filter { $0.stage != 0 }.map(\.path))
    let ids = Set(committed.map(\.id) + entries.map(\.id))
    let blobs = try await reading { git async throws(GitError) in
      try await git.content(of: ids, below: Pointer.sizeLimit)
    }
    let lacking = try await reading { git async throws(GitError) in
      ids.subtracting(try await git.sizes(of: ids).keys)
    }
    func content(_ id: ObjectID) -> Content {
      if let blob = blobs[id], let pointer = try? Pointer.parse(blob) { return .lfs(pointer.oid) }
      return lacking.contains(id) ? .missing : .git(id)
    }
    status.staged = Self.staged(committed.filter { !unmerged.contains($0.rawPath) }, entries, content)
    status.unstaged = try await unstaged(entries, unmerged, index, in: root, blobs, committed, content)
    status.unpushed = try await unpushed(head)
    let changed = (status.staged + status.unstaged).flatMap { [$0.old, $0.new] }.compactMap { content -> ObjectID? in
      if case .git(let id) = content { id } else { nil }
    }
    status.hashes = try await reading { git async throws(GitError) in
      try await git.content(of: Set(changed), below: .max).mapValues { SHA256.hash($0) }
    }
    return status
  }

  /// From HEAD to the index.
  private static func staged(
    _ committed: [TreeEntry], _ entries: [GitIndex.Entry], _ content: (ObjectID) -> Content
  ) -> [Change] {
    let old = Dictionary(committed.map { ($0.rawPath, $0) }) { first, _ in first }
    let new = Dictionary(entries.map { ($0.path, $0) }) { first, _ in first }
    // A folder of a sparse index whose files are not in this repository stands for all that HEAD has in it.
    let folders = entries.filter { $0.mode == nil }.map(\.path)
    var changes: [Change] = []
    var deleted = committed.filter { entry in
      new[entry.rawPath] == nil && !folders.contains { entry.rawPath.starts(with: $0) }
    }
    for entry in entries where entry.mode != nil {
      guard let before = old[entry.path] else {
        if let index = deleted.firstIndex(where: { $0.id == entry.id && $0.mode != .submodule }) {
          let origin = deleted.remove(at: index)
          changes.append(
            Change(
              kind: .renamed, path: entry.path, from: origin.rawPath, old: content(origin.id), new: content(entry.id)))
        } else {
          changes.append(Change(kind: .added, path: entry.path, old: .nothing, new: content(entry.id)))
        }
        continue
      }
      guard before.id != entry.id || before.mode != entry.mode else { continue }
      let isOtherType = (before.mode == .symlink) != (entry.mode == .symlink)
      changes.append(
        Change(
          kind: isOtherType ? .typeChanged : .modified, path: entry.path, old: content(before.id),
          new: content(entry.id)))
    }
    changes += deleted.map { Change(kind: .deleted, path: $0.rawPath, old: content($0.id), new: .nothing) }
    return changes.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// From HEAD to the work tree, of what differs between the index and the work tree.
  private func unstaged(
    _ entries: [GitIndex.Entry], _ unmerged: Set<[UInt8]>, _ index: GitIndex, in root: String,
    _ blobs: [ObjectID: [UInt8]], _ committed: [TreeEntry], _ content: (ObjectID) -> Content
  ) async throws(FetchError) -> [Change] {
    var changes: [Change] = []
    let before = Dictionary(committed.map { ($0.rawPath, $0.id) }) { first, _ in first }
    do throws(FileError) {
      let folder = try TargetFolder(root)
      let same = await asStaged(entries, index, in: folder, content)
      for entry in entries where Self.isLookedAt(entry) {
        guard let path = try? RepositoryPath(validating: entry.path) else { continue }
        let staged = content(entry.id)
        let old = before[entry.path].map(content) ?? .nothing
        guard let status = (try? folder.status(of: path)).flatMap({ $0 }), status.kind != .folder else {
          // What is new in the index and not there is no change of what HEAD has.
          if old != .nothing { changes.append(Change(kind: .deleted, path: entry.path, old: old, new: .nothing)) }
          continue
        }
        guard status.kind == .file else {
          changes.append(Change(kind: .typeChanged, path: entry.path, old: old, new: .nothing))
          continue
        }
        let isOfSameMode = hasModeOf(entry, status)
        if index.isUnchanged(entry, status), isOfSameMode { continue }
        guard let file = try folder.open(path) else { continue }
        let digest = try hashFile(file)
        let isSame: Bool
        if case .lfs = staged, let blob = blobs[entry.id] {
          isSame = digest == (try? Pointer.parse(blob))?.contentOID || digest == SHA256.hash(blob)
        } else {
          isSame = same.contains(entry.path)
        }
        guard !isSame || !isOfSameMode else { continue }
        changes.append(
          Change(kind: old == .nothing ? .added : .modified, path: entry.path, old: old, new: .file(digest)))
      }
      for name in unmerged {
        let path = try? RepositoryPath(validating: name)
        let file = path.flatMap { try? folder.open($0) }
        changes.append(
          Change(
            kind: .unmerged, path: name, old: before[name].map(content) ?? .nothing,
            new: try file.map { file throws(FileError) in .file(try hashFile(file)) } ?? .nothing))
      }
    } catch { throw FetchError(file: error, doing: "cannot look at the work tree `\(root.escapingControls)`") }
    return changes.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// Whether git would look at the file in the work tree.
  private static func isLookedAt(_ entry: GitIndex.Entry) -> Bool {
    !entry.isSkipped && !entry.isAssumedUnchanged && (entry.mode == .regular || entry.mode == .executable)
  }

  /// Whether the file is executable where it should be, as far as the file system tells.
  private func hasModeOf(_ entry: GitIndex.Entry, _ status: FileStatus) -> Bool {
    (status.permissions & 0o100 != 0) == (entry.mode == .executable) || settings.flag("core.filemode") == false
  }

  /// The files without LFS that git may have to read to see that they are what the index has, and that are.
  private func asStaged(
    _ entries: [GitIndex.Entry], _ index: GitIndex, in folder: TargetFolder, _ content: (ObjectID) -> Content
  ) async -> Set<[UInt8]> {
    let files = entries.filter { entry in
      guard Self.isLookedAt(entry), let path = try? RepositoryPath(validating: entry.path),
        let status = try? folder.status(of: path), status.kind == .file
      else { return false }
      if case .lfs = content(entry.id) { return false }
      return !index.isUnchanged(entry, status) || !hasModeOf(entry, status)
    }
    let answers = try? await repository.isAsStaged(files.map { .init(path: $0.path, staged: $0.id) })
    return Set(zip(files, answers ?? []).filter(\.1).map(\.0.path))
  }

  /// What the branch has and the remote's does not.
  private func unpushed(_ head: WorkingRepository.Head) async throws(FetchError) -> (String, [LFSFile])? {
    guard let commit = head.commit, let branch = head.branch, let short = branch.rest(after: "refs/heads/"),
      // As with git-lfs, only a branch that has an upstream is compared with one.
      settings.config.string("branch.\(short).remote") != nil,
      let upstream = settings.upstream(of: branch)?.rest(after: "refs/heads/")
    else { return nil }
    let name = "\(defaultRemote)/\(upstream)"
    return try await reading { git async throws(GitError) in
      guard let tip = try await git.references().first(where: { $0.name.isSame(as: "refs/remotes/\(name)") }) else {
        return nil
      }
      return (name, try await git.lfsFiles(broughtBy: git.commits(from: [commit], excluding: [tip.commit])))
    }
  }
}

extension LFSRepository {
  /// A path as git writes it, so that it stays on its line: as seen from the top or, `isRelative`, from the working
  /// directory.
  package func quoted(_ path: [UInt8], isRelative: Bool = false) -> String {
    let escaped = QuotedPath.escaped(path, beyondASCII: settings.flag("core.quotepath") != false)
    let shown = isRelative ? shown(Array(escaped.utf8)) : escaped
    return escaped.utf8.count == path.count ? shown : "\"\(shown)\""
  }

  /// A path of the repository as seen from the working directory.
  private func shown(_ path: [UInt8]) -> String {
    let name = String(decoding: path, as: UTF8.self)
    guard let root = layout.workTree?.realPath else { return name }
    let here = ".".realPath
    guard let below = here.rest(below: root) else { return name }
    var folders = below.words(at: "/")[...]
    var rest = name.fields(at: "/")[...]
    while rest.count > 1, let first = folders.first, rest.first?.isSame(as: first) == true {
      folders.removeFirst()
      rest.removeFirst()
    }
    return String(repeating: "../", count: folders.count) + rest.joined(separator: "/")
  }
}

import Files
import Git
import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Putting content in the place of pointers in the work tree.
extension LFSRepository {
  /// What became of the files that hold a pointer, or are missing.
  package struct CheckoutReport: Sendable {
    package var written = 0
    /// All LFS files that were looked at, and the bytes of their content.
    package var considered = Count()

    package struct Count: Sendable, Equatable {
      package var files = 0
      package var bytes: Int64 = 0

      package init(files: Int = 0, bytes: Int64 = 0) { (self.files, self.bytes) = (files, bytes) }
    }
    /// Files whose objects are not on this machine.
    package var missing: [LFSFile] = []
    /// Pointers that were left alone because no `filter=lfs` attribute covers them.
    package var uncovered: [LFSFile] = []
    /// Files that could not be written, and why.
    package var failures: [FetchError] = []
    /// Further ones: a file or a link of the user's stands in the place of their folder.
    package var obstructed: [FetchError] = []
  }

  /// LFS files of the index whose content is not in the work tree.
  package struct UnfilledFiles: Sendable {
    fileprivate let entries: [(GitIndex.Entry, Pointer)]
    /// Further ones, which no `filter=lfs` attribute covers: git would not turn their content into a pointer again.
    fileprivate let uncovered: [(GitIndex.Entry, Pointer)]
    fileprivate let includesMissing: Bool
    fileprivate let index: GitIndex
    /// Files that hold their content already, while the index says that they are others.
    fileprivate let settled: [(entry: GitIndex.Entry, status: FileStatus)]
    fileprivate let considered: CheckoutReport.Count

    package var files: [LFSFile] { entries.map(LFSFile.init) }
  }

  /// Writes the content of those LFS files of the index that are missing in the work tree or hold nothing but their
  /// pointer. What the user has changed is never touched, nor what a sparse checkout leaves out, nor what git would
  /// not turn into a pointer again.
  ///
  /// A file that is missing like its content comes back as a pointer where `restoresPointers` asks for it. Where
  /// `fillsUncovered` asks for it, so are pointers that no attribute covers; to git they are changed files then.
  package func checkOut(
    _ selection: Selection, restoresPointers: Bool, fillsUncovered: Bool = false
  ) async throws(FetchError) -> CheckoutReport {
    try await fill(
      try await unfilled(includingMissing: true) { selection.contains($0.path) }, restoresPointers: restoresPointers,
      fillsUncovered: fillsUncovered)
  }

  /// The files that `checkOut` would write, among those that are wanted. A file that is missing is one that the user has
  /// removed, unless somebody asks for it.
  package func unfilled(
    includingMissing: Bool, _ isWanted: (GitIndex.Entry) -> Bool
  ) async throws(FetchError) -> UnfilledFiles {
    let index = try index()
    guard let root = layout.workTree else {
      return UnfilledFiles(
        entries: [], uncovered: [], includesMissing: includingMissing, index: index, settled: [], considered: .init())
    }
    let entries = index.entries.filter { entry in
      entry.stage == 0 && !entry.isSkipped && !entry.isIntendedOnly
        && (entry.mode == .regular || entry.mode == .executable) && isWanted(entry)
    }
    let contents = try await reading { repository async throws(GitError) in
      try await repository.content(of: Set(entries.map(\.id)), below: Pointer.sizeLimit)
    }
    let pointed = entries.compactMap { entry -> (GitIndex.Entry, Pointer)? in
      guard let blob = contents[entry.id] else { return nil }
      // An empty file is its own pointer.
      let pointer = blob.isEmpty ? Pointer(oid: SHA256.hash(blob), size: 0) : try? Pointer.parse(blob)
      return pointer.map { (entry, $0) }
    }
    for (entry, _) in pointed {
      Trace.steps.say("filepathfilter: accepting \"\(String(decoding: entry.path, as: UTF8.self))\"")
    }
    let candidates = try await onBlockingThread { () throws(FetchError) in
      try self.unfilled(pointed, in: root, includingMissing)
    }
    let others = try await onBlockingThread { () throws(FetchError) in
      try self.takenForChanged(pointed, in: root, index)
    }
    let isFiltered = try await reading { repository async throws(GitError) in
      try await repository.filtered((candidates + others).map(\.0.path))
    }
    let settled = zip(others, isFiltered.dropFirst(candidates.count)).filter(\.1).map(\.0)
    let judged = zip(candidates, isFiltered)
    return UnfilledFiles(
      entries: judged.filter(\.1).map(\.0), uncovered: judged.filter { !$0.1 }.map(\.0),
      includesMissing: includingMissing, index: index,
      settled: try await onBlockingThread { () throws(FetchError) in try self.settled(settled, in: root) },
      considered: .init(files: pointed.count, bytes: pointed.totalSize { $0.1.size }))
  }

  /// Writes the content of the files, as far as it is on this machine.
  package func fill(
    _ unfilled: UnfilledFiles, restoresPointers: Bool = false, fillsUncovered: Bool = false
  ) async throws(FetchError) -> CheckoutReport {
    guard let root = layout.workTree else { return CheckoutReport() }
    let indexFile = layout.indexFile
    let files = try withRoom(
      unfilled.entries + (fillsUncovered ? unfilled.uncovered : []), beside: unfilled.index, in: root)
    let uncovered = Set(unfilled.uncovered.map(\.0.path))
    let lockable = try await lockable(among: files.map(\.0.path))
    return try await onBlockingThread { () throws(FetchError) in
      let parts = try onPartsAtOnce(files) { part throws(FetchError) in
        try self.fill(
          part, in: root, includingMissing: unfilled.includesMissing, lockable: lockable,
          restoresPointers: restoresPointers)
      }
      let written = parts.flatMap(\.statuses)
      // Content that git does not make a pointer of is a change, and git has to see it.
      let known = unfilled.settled + written.filter { !uncovered.contains($0.entry.path) }
      do throws(GitError) { try unfilled.index.refresh(known, in: indexFile) } catch {
        throw FetchError(repository: error)
      }
      for (number, file) in written.enumerated() {
        self.progressLog?.checkedOut(
          number + 1, of: written.count, size: file.status.size,
          name: String(decoding: file.entry.path, as: UTF8.self))
      }
      return CheckoutReport(
        written: parts.reduce(0) { $0 + $1.report.written }, considered: unfilled.considered,
        missing: parts.flatMap(\.report.missing),
        uncovered: fillsUncovered ? [] : unfilled.uncovered.map(LFSFile.init),
        failures: parts.flatMap(\.report.failures), obstructed: parts.flatMap(\.report.obstructed))
    }
  }

  /// Which of the files are missing, or hold their pointer.
  private func unfilled(
    _ files: [(GitIndex.Entry, Pointer)], in root: String, _ includingMissing: Bool
  ) throws(FetchError) -> [(GitIndex.Entry, Pointer)] {
    do throws(FileError) {
      let folder = try TargetFolder(root)
      return files.filter { entry, pointer in
        // A path that cannot be looked at safely is reported when it is to be written.
        guard let path = try? RepositoryPath(validating: entry.path) else { return true }
        do throws(FileError) { return try folder.lacksContent(of: pointer, at: path, includingMissing) } catch {
          return error.errno != ENOENT
        }
      }
    } catch { throw FetchError(file: error, doing: "cannot look at the work tree `\(root.escapingControls)`") }
  }

  /// What was written, and what the files are like now.
  private struct Filled {
    var report = CheckoutReport()
    var statuses: [(entry: GitIndex.Entry, status: FileStatus)] = []
  }

  private func fill(
    _ files: ArraySlice<(GitIndex.Entry, Pointer)>, in root: String, includingMissing: Bool, lockable: Set<[UInt8]>,
    restoresPointers: Bool
  ) throws(FetchError) -> Filled {
    var report = CheckoutReport()
    var statuses: [(entry: GitIndex.Entry, status: FileStatus)] = []
    do throws(FileError) {
      let tree = try CheckedOutFiles(root)
      for (entry, pointer) in files {
        let name = String(decoding: entry.path, as: UTF8.self).escapingControls
        do throws(GitError) {
          let path = try RepositoryPath(validating: entry.path)
          var content = TargetFolder.Content.bytes([])
          var output: TemporaryFile?
          defer { withExtendedLifetime(output) {} }
          var isHere = true
          if pointer.size > 0 || !pointer.extensions.isEmpty {
            do throws(FetchError) {
              try checkExtensions(of: pointer, name)
              var source =
                pointer.size > 0 ? try localFile(of: pointer.oid, size: pointer.size) : "/dev/null"
              if let file = source, !pointer.extensions.isEmpty {
                output = try untransformed(file, pointer, at: entry.path)
                source = output?.file.path
              }
              content = source.map { .reflinkOrCopy($0) } ?? .bytes(Array(pointer.text.utf8))
              isHere = source != nil
            } catch {
              report.failures.append(error)
              continue
            }
          }
          do throws(FileError) {
            // While the objects came, somebody may have gone on with the file.
            guard try tree.folder.lacksContent(of: pointer, at: path, includingMissing) else { continue }
            if !isHere {
              report.missing.append(LFSFile(entry, pointer))
              // Git would leave a pointer, too. One that is written in another way it would take for a change.
              guard restoresPointers, try tree.lacks(path),
                ObjectID.digest(of: Array(pointer.text.utf8)) == entry.id
              else { continue }
            }
            let status = try tree.put(
              content, at: path, isExecutable: entry.mode == .executable, isReadOnly: lockable.contains(entry.path))
            statuses.append((entry, status))
            if isHere { report.written += 1 }
          } catch {
            if error.isDiskFull { throw GitError(.disk, error.reason) }
            let failure = FetchError(file: error, doing: "cannot write `\(name)`")
            if error.errno == ENOTDIR || error.errno == ELOOP {
              report.obstructed.append(failure.inGitLFS("Checkout error: stat \(name): not a directory"))
            } else {
              report.failures.append(failure)
            }
          }
        } catch {
          report.failures.append(FetchError(repository: error))
          if error.code == .disk { break }
        }
      }
    } catch { throw FetchError(file: error, doing: "cannot write into the work tree `\(root.escapingControls)`") }
    return Filled(report: report, statuses: statuses)
  }
}

extension LFSFile {
  fileprivate init(_ entry: GitIndex.Entry, _ pointer: Pointer) {
    self.init(path: entry.path, pointer: pointer, blob: entry.id)
  }
}

extension TargetFolder {
  /// Whether nothing but the pointer is at the path, or nothing at all, where that counts.
  fileprivate func lacksContent(
    of pointer: Pointer, at path: RepositoryPath, _ includingMissing: Bool
  ) throws(FileError) -> Bool {
    guard let status = try status(of: path) else { return includingMissing }
    guard status.kind == .file, status.size < Pointer.sizeLimit, status.size > 0,
      let blob = try open(path)?.readAll(limit: Pointer.sizeLimit)
    else { return false }
    return (try? Pointer.parse(blob))?.oid == pointer.oid
  }
}

/// The files of a work tree as they are written: beneath it, without following links, whole or not at all.
private struct CheckedOutFiles {
  let folder: TargetFolder

  /// Git takes no notice of what is in a file that is older than the index. One that is as young, it reads again.
  private static let age = 2

  init(_ root: String) throws(FileError) { folder = try TargetFolder(root) }

  func lacks(_ path: RepositoryPath) throws(FileError) -> Bool { try folder.status(of: path) == nil }

  /// Makes the file and tells what it is like then. Who may do what with a pointer may do so with its content.
  func put(
    _ content: TargetFolder.Content, at path: RepositoryPath, isExecutable: Bool, isReadOnly: Bool
  ) throws(FileError) -> FileStatus {
    let former = try folder.status(of: path).map { $0.permissions & 0o777 }
    var permissions = former ?? (isExecutable ? 0o777 : 0o666)
    if isReadOnly { permissions &= 0o555 }
    try folder.put(content, at: path, permissions: permissions)
    try folder.setAge(Self.age, of: path)
    guard let status = try folder.status(of: path) else {
      throw FileError("examine", folder.path(of: path), errno: ENOENT)
    }
    return status
  }
}

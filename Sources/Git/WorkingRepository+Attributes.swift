import Files
import Text

/// Whose `.gitattributes` count. `info/attributes` and the user's own file always do.
package enum AttributeSource: Sendable {
  /// Those of the work tree, then of the index; in a bare repository those of HEAD.
  case workTree
  /// Those of an index, which the next commit will have. Git gives a hook another than the repository's own.
  case index(GitIndex)
  case commit(ObjectID)
}

extension WorkingRepository {
  /// The files of the user and of the machine in which attributes stand, the stronger first.
  package nonisolated var attributesFiles: [String] { config.attributesFiles() }

  /// Which of the paths have the attribute `filter=lfs`.
  package func filtered(_ paths: [[UInt8]], at commit: ObjectID? = nil) throws(GitError) -> [Bool] {
    let source = commit.map { AttributeSource.commit($0) } ?? .workTree
    return try attribute("filter", of: paths, source).map { $0 == .value("lfs") }
  }

  package func attribute(
    _ attribute: String, of paths: [[UInt8]], _ source: AttributeSource
  ) throws(GitError) -> [AttributeValue] {
    try values([attribute], of: paths, source).map { $0[0] }
  }

  /// Of each path, in the order of the names.
  func values(
    _ names: [String], of paths: [[UInt8]], _ source: AttributeSource
  ) throws(GitError) -> [[AttributeValue]] {
    guard !paths.isEmpty else { return [] }
    var lookup = try lookup(names, source)
    var answers: [[AttributeValue]] = []
    answers.reserveCapacity(paths.count)
    for path in paths { answers.append(try lookup.values(of: path)) }
    return answers
  }

  func lookup(_ names: [String], _ source: AttributeSource) throws(GitError) -> AttributeLookup {
    let outside = AttributeLookup.Outside(config, attributesFiles, folder: layout.commonFolder)
    return try AttributeLookup(names, outside: outside, read: try reader(of: source))
  }

  private func reader(of source: AttributeSource) throws(GitError) -> AttributeLookup.Reader {
    switch source {
    case .commit(let commit): return try AttributeLookup.reader(ofTree: treeID(of: commit), in: handle.pointer)
    case .index(let index): return try AttributeLookup.reader(of: index, in: handle.pointer)
    case .workTree:
      guard let root = layout.workTree else {
        guard let commit = try head().commit else { return { _ in [] } }
        return try reader(of: .commit(commit))
      }
      let staged = try reader(of: .index(layout.index()))
      return { (folder: [UInt8]) throws(GitError) in
        if let lines = Self.lines(in: folder, below: root) { return lines }
        return try staged(folder)
      }
    }
  }

  /// Of the work tree's own file; nil where there is none. Git follows no link there, either.
  private static func lines(in folder: [UInt8], below root: String) -> [AttributeLine]? {
    guard let file = try? Folder(root).file(at: folder + AttributeLookup.fileName) else { return nil }
    return AttributeLine.lines(ofFile: (try? file.readAll(limit: AttributeLine.largestFile)) ?? [])
  }
}

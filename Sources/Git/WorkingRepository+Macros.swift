import Files
import Text

/// Where a working repository has its attributes from, as `LostMacros` reads them.
extension WorkingRepository {
  /// The files of the user and of the machine in which attributes stand, the stronger first.
  package nonisolated var attributesFiles: [String] { config.attributesFiles }

  func lostByMacros(_ word: String, _ paths: [[UInt8]], _ source: AttributeSource) throws(GitError) -> Set<[UInt8]> {
    let macros = LostMacros(
      files: attributesFiles, ownFile: layout.commonFolder + "/info/attributes",
      lines: { path throws(GitError) in try self.lines(ofAttributesAt: path, source) },
      attribute: { name, paths throws(GitError) in try self.attribute(name, of: paths, source) })
    return try macros.paths(losing: word, among: paths)
  }

  private func lines(ofAttributesAt path: String, _ source: AttributeSource) throws(GitError) -> [String] {
    var blob: ObjectID?
    switch source {
    case .commit(let commit): blob = try self.blob(at: path, of: commit)
    case .workTree where layout.workTree != nil:
      let file = (layout.workTree ?? "") + "/" + path
      // Git follows no link there, either.
      return (try? FileStatus.of(file))?.kind == .file ? LostMacros.lines(ofFile: file) : []
    case .index, .workTree:
      blob = try layout.index().entries.first { $0.path.elementsEqual(path.utf8) }?.id
    }
    guard let blob, let bytes = try content(of: [blob], below: 1 << 20)[blob] else { return [] }
    return LostMacros.lines(bytes)
  }
}

import Files
import Text

/// The file in the cache that tells of a clone in the making: where it is made, and where it is to be. Whoever makes it
/// holds it locked, so that the next run knows whether it is dead.
final class CloneMarker {
  /// What stands in it: `STAGING TARGET …`, and of a clone that is whole `"" GIT-FOLDER STATE`, with zeros between
  /// them.
  struct Content: Sendable, Equatable {
    var places: [(staging: String, target: String)] = []
    var whole: (gitFolder: String, state: String)?

    static func == (left: Content, right: Content) -> Bool { left.bytes == right.bytes }

    var bytes: [UInt8] {
      let fields = places.flatMap { [$0.staging, $0.target] } + (whole.map { ["", $0.gitFolder, $0.state] } ?? [])
      return Array(fields.joined(separator: "\0").utf8)
    }

    init() {}

    /// nil where it is not whole itself.
    init?(_ bytes: [UInt8]) {
      let fields = bytes.split(separator: 0, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      let end = fields.firstIndex { $0.isEmpty } ?? fields.count
      guard end > 0, end.isMultiple(of: 2) else { return nil }
      places = stride(from: 0, to: end, by: 2).map { (fields[$0], fields[$0 + 1]) }
      guard end < fields.count else { return }
      guard fields.count == end + 3 else { return nil }
      whole = (fields[end + 1], fields[end + 2])
    }
  }

  private let path: String
  /// Held until this object goes.
  private let lock: LockFile
  private var content = Content()

  init(_ cache: Cache, _ places: [StagedFolder]) throws(FileError) {
    try Directory.create(cache.clones)
    content.places = places.map { ($0.staging, $0.target) }
    while true {
      let path = "\(cache.clones)/\(processInstance).\(UInt32.random(in: .min ... .max))"
      let lock = try LockFile(path)
      // Another run may have looked at the marker before it was locked, and taken it for a dead one's.
      if try lock.tryLock(0), try FileStatus.of(path) != nil {
        try File.open(path, .readWrite).write(content.bytes, at: 0)
        (self.path, self.lock) = (path, lock)
        return
      }
    }
  }

  /// From now on parts of the clone are moved.
  func markWhole(gitFolder: String, _ state: CloneState) throws(FileError) {
    content.whole = (gitFolder, state.text)
    try File.open(path, .readWrite).write(content.bytes, at: 0)
  }

  func remove() throws(FileError) { try removeFile(path) }
}

import Files
import Text

/// Remembers that a run is putting files into a folder of the user's, to clean up after one that was killed: its
/// temporary files may be as large as models, and the user would not know what they are.
///
/// A run holds a lock on a marker beside the folder's record in the cache, and removes it when it is done. The marker
/// names the run and lists the folders in which its temporary files can be. One that nobody holds was left by a run
/// that is dead.
final class FillMarker {
  private let lock: LockFile

  /// `record` is the path of the folder's record, without its ending.
  init(beside record: String, folders: Set<ExactText>) throws(FileError) {
    var folders = folders
    if let parent = record.parentFolder {
      try Directory.create(parent)
      folders.insert(ExactText(parent))
    }
    let list = Array(folders.sorted().map(\.text).joined(separator: "\0").utf8)
    while true {
      let path = "\(record).\(processInstance).\(UInt32.random(in: .min ... .max))"
      let lock = try LockFile(path)
      // Another run may have looked at the marker before it was locked, and taken it for a dead one's.
      if try lock.tryLock(0), try FileStatus.of(path) != nil {
        try File.open(path, .readWrite).write(list, at: 0)
        self.lock = lock
        return
      }
    }
  }

  func remove() throws(FileError) { try lock.remove() }

  /// Removes the temporary files of runs that are dead.
  static func recover(beside record: String) throws(FileError) {
    guard let parent = record.parentFolder else { return }
    for name in try Directory.list(parent) {
      let marker = parent + "/" + name
      let parts = name.words(at: ".")
      try LockFile.removeOrphan(marker)
      guard parts.count == 3, marker.begins(with: record + "."), parts[1] != processInstance,
        let lock = try LockFile.ofAnother(marker), try lock.tryLock(0)
      else { continue }
      let folders = try readFile(marker).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      for folder in folders {
        for name in try Directory.list(folder)
        where name.ends(with: ".tmp") && name.has(".\(parts[1]).") {
          try Directory.remove(folder + "/" + name)
        }
      }
      try lock.remove()
    }
  }
}

import Files
import Synchronization
import Text

/// Progress for other programs, in the file that `GIT_LFS_PROGRESS` names: a line for each step of each file,
///
///     download 1/5 4096/8192 weights/model.bin
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/man/git-lfs-config.adoc
final class ProgressLog: Sendable {
  private struct State {
    var total = 0
    /// By the id of the object: its number, its name and its size.
    var files: [String: (number: Int, name: String, size: Int64)] = [:]
  }

  private let log: LineLog
  private let state = Mutex(State())

  /// nil where nobody asked for it, or the file, which must be a whole path, cannot be written.
  init?(environment: (String) -> String?) {
    guard let path = environment("GIT_LFS_PROGRESS"), path.begins(with: "/") else { return nil }
    if let parent = path.parentFolder { try? Directory.create(parent) }
    guard let log = LineLog(appendingTo: path) else { return nil }
    self.log = log
  }

  /// So many objects are going to be downloaded.
  func begin(_ total: Int) {
    state.withLock { $0 = State(total: total) }
  }

  /// More are.
  func expect(_ more: Int) {
    state.withLock { $0.total += more }
  }

  func receive(_ event: ProgressEvent) {
    switch event {
    case .objectStarted(let object, let name, let size, let received):
      state.withLock { $0.files[object] = ($0.files.count + 1, name, size) }
      download(object, received)
    case .objectProgress(let object, let received): download(object, received)
    case .objectFinished(let object): download(object, nil)
    default: break
    }
  }

  /// nil bytes are all of them.
  private func download(_ object: String, _ received: Int64?) {
    state.withLock { state in
      guard let file = state.files[object] else { return }
      log.write("download \(file.number)/\(state.total) \(received ?? file.size)/\(file.size) \(file.name)")
    }
  }

  func checkedOut(_ number: Int, of total: Int, size: Int64, name: String) {
    log.write("checkout \(number)/\(total) \(size)/\(size) \(name)")
  }
}

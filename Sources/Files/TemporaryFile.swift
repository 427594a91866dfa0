import Synchronization

/// A file that is removed when nobody needs it any more; a process that is interrupted removes all of its own. Renaming
/// it gives it away.
package final class TemporaryFile: Sendable {
  package let file: File

  private static let all = Mutex<Set<String>>([])

  /// Makes one, hidden and beside `path`.
  package init(beside path: String, permissions: UInt16) throws(FileError) {
    let name = temporaryName(beside: path)
    Self.all.withLock { _ = $0.insert(name) }
    do throws(FileError) { file = try File.open(name, .createNew(permissions: permissions)) } catch {
      Self.all.withLock { _ = $0.remove(name) }
      throw error
    }
  }

  deinit {
    try? removeFile(file.path)
    Self.all.withLock { _ = $0.remove(file.path) }
  }

  /// Removes those that are left: for a process that is about to end.
  package static func removeAll() {
    for path in all.withLock({ $0 }) { try? removeFile(path) }
  }
}

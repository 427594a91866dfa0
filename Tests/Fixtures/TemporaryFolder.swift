import Files
import Foundation

/// A folder for one test; it goes when the last reference to it goes.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.path + "/lfsfetch-test-" + UUID().uuidString
    try Directory.create(path)
  }

  deinit {
    // Folders that a test has closed to itself could not be emptied.
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
      let inner = path + "/" + name
      if (try? FileStatus.of(inner))?.kind == .folder { chmod(inner, 0o700) }
    }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something in the folder.
  package func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Writes a file, whose folders are made as well, and returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String, permissions: UInt16 = 0o644) throws -> String {
    let path = self(name)
    if let parent = path.parentFolder { try Directory.create(parent) }
    try replaceFile(path, with: bytes, permissions: permissions)
    return path
  }

  @discardableResult
  package func write(_ text: String, to name: String, permissions: UInt16 = 0o644) throws -> String {
    try write(Array(text.utf8), to: name, permissions: permissions)
  }
}

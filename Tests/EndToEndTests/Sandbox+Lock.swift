import Foundation
import Testing

/// Lock files of a test's machine, and the same on another one.
extension Sandbox {
  func lockText() throws -> String { try String(contentsOfFile: work + "/lfsfetch.lock", encoding: .utf8) }

  /// Another machine with the same lock file and registry.
  func copyOfLock() throws -> Sandbox {
    let other = try Sandbox()
    for name in ["lfsfetch.lock", "lfsfetch.json"] {
      guard let data = bytes(work + "/" + name) else { continue }
      try data.write(to: URL(filePath: other.work + "/" + name))
    }
    return other
  }

  /// A registry whose models have LFS files, small files of git's, links and executables.
  func writeProject(of model: ServedModel, count: Int) throws {
    let entries = (0..<count).map { number in
      """
      "model-\(number)": {"source": "\(model.url())", "branch": "main", "aliases": ["m\(number)"],
        "files": ["shards/part-00\(number).bin", "small/00\(number).txt", "weights/*.bin", "current.bin", "scripts/run.sh"]}
      """
    }
    try write("{\"models\": {\(entries.joined(separator: ",\n"))}}", to: "work/lfsfetch.json")
  }
}

import Files
import Git
import Text

/// What git's folder of a clone says is checked out: by it the next run sees whether the user has gone on with a clone
/// that was killed at its last step. That git has looked at the files meanwhile changes nothing in it.
struct CloneState: Sendable, Equatable {
  /// A line without zeros.
  let text: String

  /// Of a folder that is none of git's, a text that no other has.
  init(of gitFolder: String) {
    let head = (try? readFile(gitFolder + "/HEAD")).map { String(decoding: $0, as: UTF8.self) }
    let references = (try? readFile(gitFolder + "/packed-refs")).map { ObjectID.digest(of: $0).hex } ?? "-"
    var index: [UInt8] = []
    let entries = (try? GitIndex(file: gitFolder + "/index"))?.entries ?? []
    for entry in entries {
      let mode = entry.mode.map { "\($0)" } ?? "-"
      index += entry.path + [0] + Array("\(entry.id) \(mode) \(entry.stage)\n".utf8)
    }
    // A branch that was made or moved has a file of its own.
    let loose = (try? Folder(gitFolder + "/refs/heads").list().count) ?? 0
    text =
      head.map { "\($0.trimmed) \(references) \(loose) \(ObjectID.digest(of: index).hex)".escapingControls } ?? "none"
  }

  init(text: String) { self.text = text }
}

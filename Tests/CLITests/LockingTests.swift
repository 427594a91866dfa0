import JSON
import Testing

@testable import CLI
@testable import LFSFetch

struct LockingTests {
  private static func model(_ commit: Character, _ sizes: [String: Int64]) throws -> LockedModel {
    let files = try sizes.map { path, size in
      SelectedFile(
        path: try .init(validating: path), mode: .regular, oid: SHA256.hash(Array("\(path) \(size)".utf8)), size: size)
    }
    var model = LockedModel(source: "s", selection: "{}", files: files)
    model.commit = String(repeating: commit, count: 40)
    return model
  }

  @Test func whatChangedIsALineAFile() throws {
    let old = try Self.model("a", ["gone\u{7}": 1000, "same": 1, "weights.bin": 2_000_000])
    let new = try Self.model("b", ["new": 5, "same": 1, "weights.bin": 3_000_000])
    #expect(
      Locking.text(LockChange("fast", from: old, to: new)) == """
        fast: aaaaaaaa → bbbbbbbb, 3 files, 3.0 MB
          gone: gone\\u{7}, 1.0 kB
          new: new, 5 B
          changed: weights.bin, 2.0 MB → 3.0 MB

        """)
    #expect(
      Locking.text(LockChange("fast", from: nil, to: new)).hasPrefix("fast: bbbbbbbb, 3 files, 3.0 MB\n  new: new"))
    #expect(Locking.text(LockChange("fast", from: new, to: new)) == "fast: unchanged, bbbbbbbb\n")
  }

  @Test func programsGetOneObject() throws {
    let change = LockChange("fast", from: try Self.model("a", ["x": 1]), to: try Self.model("b", ["y": 2]))
    let (old, new) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
    #expect(
      Locking.line(change)
        == #"{"model":"fast","changed":true,"previous":"\#(old)","commit":"\#(new)","files":1,"bytes":2,"changes":"#
        + #"[{"path":"x","previous":1},{"path":"y","bytes":2}]}"#)
  }
}

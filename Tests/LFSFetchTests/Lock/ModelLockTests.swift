import Git
import HTTP
import JSON
import Testing

@testable import LFSFetch

struct ModelLockTests {
  private static let commit = String(repeating: "c", count: 40)
  private static let oid = SHA256.hash([1])

  private static func lock() throws -> ModelLock {
    let text = Array("a \"quoted\"\nline\t\u{7}größe\n".utf8)
    let binary: [UInt8] = [0xff, 0xfe, 0, 1]
    func blob(_ path: [UInt8], _ mode: FileMode, _ bytes: [UInt8]) throws -> SelectedFile {
      SelectedFile(
        path: try RepositoryPath(validating: path), mode: mode, blob: .digest(of: bytes), size: Int64(bytes.count),
        digest: mode == .symlink ? nil : SHA256.hash(bytes))
    }
    let contents: [([UInt8], FileMode, [UInt8])] = [
      (Array("b/notes.txt".utf8), .regular, text), (Array("run.sh".utf8), .executable, binary),
      (Array("link".utf8), .symlink, Array("b/notes.txt".utf8)), ([0x61, 0xff], .regular, []),
    ]
    var files = try contents.map { try blob($0.0, $0.1, $0.2) }
    files.append(
      SelectedFile(path: try RepositoryPath(validating: "model.bin"), mode: .regular, oid: oid, size: 9 << 20))
    files.append(
      SelectedFile(
        path: try RepositoryPath(validating: "large.txt"), mode: .regular, blob: .digest(of: text), size: 1 << 20,
        digest: oid))
    var model = LockedModel(
      source: "https://example.com/a", selection: Selection(include: ["*"], exclude: ["x"]).canonical, files: files)
    (model.revision, model.commit, model.reference) = ("main", commit, "refs/heads/main")
    (model.main, model.lfs) = ("model.bin", "https://lfs.example.com")
    for (path, _, bytes) in contents { model.contents[try RepositoryPath(validating: path)] = bytes }
    var lock = ModelLock()
    lock.models = [
      "fast": model, "https://example.com/b@v1:*.bin": LockedModel(source: "s", selection: "{}", files: []),
    ]
    let layout = try #require(ChunkLayout(size: 9 << 20, chunkSize: 4 << 20))
    let hashes = (0..<3).map { ChunkHash(SHA256.hash([$0])) }
    lock.chunks = [oid: try #require(ChunkHashes(layout: layout, hashes: hashes))]
    return lock
  }

  @Test func `a lock that was written is read as it was`() throws {
    let lock = try Self.lock()
    #expect(try ModelLock(parsing: Array(lock.text.utf8)) == lock)
    #expect(try ModelLock(parsing: Array(ModelLock().text.utf8)) == ModelLock())
  }

  @Test func `a file of a model and the chunks of an object have a line each`() throws {
    let lines = try Self.lock().text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
    #expect(lines[0...1] == ["{", "\"version\": 1,"])
    #expect(
      lines.filter { $0.contains("\"path") }.map { $0.prefix { $0 != "," } } == [
        "{\"pathBase64\":\"Yf8=\"", "{\"path\":\"b/notes.txt\"", "{\"path\":\"large.txt\"", "{\"path\":\"link\"",
        "{\"path\":\"model.bin\"", "{\"path\":\"run.sh\"",
      ])
    #expect(lines.contains("{\"path\":\"link\",\"mode\":\"symlink\",\"size\":11,\"text\":\"b/notes.txt\"},"))
    #expect(lines.count { $0.hasPrefix("\"\(Self.oid.hex)\": {\"size\":4194304,\"sha256\":[") } == 1)
  }

  @Test func `files with addresses of their own have them in the lock, in place of a source`() throws {
    var file = SelectedFile(path: try RepositoryPath(validating: "a.bin"), mode: .regular, oid: Self.oid, size: 1)
    file.isLearned = true
    var model = LockedModel(source: "mirrors:", selection: "{}", files: [file])
    model.mirrors = [Self.oid: [try HTTPURL("https://h/a.bin")]]
    var lock = ModelLock()
    lock.models = ["m": model]
    #expect(!lock.text.contains("source"))
    #expect(lock.text.contains(#""learned":true,"mirrors":["https://h/a.bin"]}"#), "\(lock.text)")
    #expect(try ModelLock(parsing: Array(lock.text.utf8)) == lock)
    let without = lock.text.replacing(#","mirrors":["https://h/a.bin"]"#, with: "")
    let fault = #expect(throws: JSONError.self) { try ModelLock(parsing: Array(without.utf8)) }
    #expect(fault?.message == "`source` is missing, and not every file has `mirrors`")
  }

  @Test func `chunks of objects that are gone go, too`() throws {
    var lock = try Self.lock()
    lock.models["fast"] = nil
    lock.dropUnusedChunks()
    #expect(lock.chunks.isEmpty)
  }

  private static let hex = String(repeating: "a", count: 64)

  @Test(arguments: [
    ("<<<<<<< ours", "1:1"), ("{}", "`version` is missing"), (#"{"version": 2, "models": {}}"#, "of version 1"),
    (#"{"version": 1}"#, "`models` is missing"), (#"{"version": 1, "models": {}, "x": 1}"#, "`x` is unknown here"),
    (#"{"version": 1, "models": {"a b": {}}}"#, "1:27: `a b` is no name of a model"),
    (#"{"version": 1, "models": {"a": {}}}"#, "`files` is missing"),
    (#"{"version": 1, "models": {}, "chunks": {"\#(hex)": {}}}"#, "no object of the files above"),
    (file(#""path": "../x", "size": 1, "sha256": "\#(hex)""#), "not a path inside a repository"),
    (file(#""path": ".git/x", "size": 1, "sha256": "\#(hex)""#), "not a path inside a repository"),
    (file(#""path": "x", "size": -1, "sha256": "\#(hex)""#), "no size of a file"),
    (file(#""path": "x", "size": 1"#), "`sha256` is missing"),
    (file(#""path": "x", "size": 1, "sha256": "abc""#), "64 lowercase"),
    (file(#""path": "x", "size": 1, "sha256": "\#(hex)", "mode": "submodule""#), "expected `regular`"),
    (file(#""path": "x", "size": 1, "mode": "symlink""#), "`text` is missing"),
    (file(#""path": "x", "size": 1, "sha256": "\#(hex)", "text": "y""#), "do not have the `size` and `sha256`"),
    (file(#""path": "x", "size": 1, "sha256": "\#(hex)", "base64": "*""#), "no base64"),
    (
      file(#""path": "x", "size": 1, "sha256": "\#(hex)"}, {"path": "y", "size": 2, "sha256": "\#(hex)""#),
      "has two sizes"
    ),
    (
      file(#""path": "x", "size": 1, "sha256": "\#(hex)""#, #"{"size": 4194304, "sha256": ["a"]}"#),
      "32 lowercase hexadecimal digits"
    ),
    (
      file(#""path": "x", "size": 9437184, "sha256": "\#(hex)""#, #"{"size": 4194304, "sha256": []}"#),
      "not those of an object of 9437184 bytes"
    ),
  ])
  func `a fault is told with its place`(text: String, expected: String) throws {
    let error = #expect(throws: JSONError.self) { try ModelLock(parsing: Array(text.utf8)) }
    let message = error.map { "\($0.position): \($0.message)" } ?? ""
    #expect(message.contains(expected), "\(message)")
  }

  private static func file(_ facts: String, _ chunks: String? = nil) -> String {
    let end = chunks.map { #", "chunks": {"\#(hex)": \#($0)}"# } ?? ""
    return #"{"version": 1, "models": {"a": {"source": "s", "selection": {}, "files": [{\#(facts)}]}}\#(end)}"#
  }

  @Test(
    arguments: [
      ("", []), ("Zg==", [0x66]), ("Zm8=", [0x66, 0x6f]), ("Zm9v", [0x66, 0x6f, 0x6f]), ("Zg", nil), ("Zg=", nil),
      ("Z===", nil), ("Z*==", nil), ("=Zg=", nil),
    ] as [(String, [UInt8]?)])
  func `base64 is read strictly`(text: String, expected: [UInt8]?) {
    #expect(bytes(ofBase64: text) == expected)
  }

  @Test func `what differs between two states of a model is told by file`() throws {
    let lock = try Self.lock()
    let old = try #require(lock.models["fast"])
    var new = old
    new.commit = String(repeating: "d", count: 40)
    new.files.removeAll { $0.path.string == "run.sh" }
    new.files = new.files.map { file in
      file.path.string == "model.bin"
        ? SelectedFile(path: file.path, mode: .regular, oid: SHA256.hash([2]), size: 10) : file
    }
    new.files.append(SelectedFile(path: try RepositoryPath(validating: "z"), mode: .regular, oid: Self.oid, size: 7))
    let change = LockChange("fast", from: old, to: new)
    #expect(change.isChange)
    #expect(change.changes.map(\.path) == ["model.bin", "run.sh", "z"])
    #expect(change.changes.map(\.previous) == [9 << 20, 4, nil])
    #expect(change.changes.map(\.bytes) == [10, nil, 7])
    #expect(!LockChange("fast", from: old, to: old).isChange)
    var moved = old
    moved.commit = nil
    #expect(LockChange("fast", from: old, to: moved).isChange)
  }
}

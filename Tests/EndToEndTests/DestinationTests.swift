import Foundation
import Testing

/// `--to`: files in a folder of the user's, which neither harm what he has there nor lead back into the cache.
@Suite struct DestinationTests {
  private let weights = "weights/model.bin"

  @Test func `one name fills the folder itself and prints its main file there`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let path = try await sandbox.path("get", model.url() + ":" + weights, "--to", "a/b")
    #expect(path == sandbox.work + "/a/b/" + weights)
    #expect(FileTree.paths(in: sandbox.work) == ["a/b/" + weights])
    #expect(mode(path) == 0o644)
    #expect(fileStatus(path)?.st_nlink == 1)
    let asked = try await model.requests().count
    try await sandbox.path("get", model.url() + "@\(model.commitID()):" + weights, "--to", "a/b")
    #expect(try await model.requests().count == asked)
  }

  @Test func `several names get a folder each`() async throws {
    let (one, other) = (try ServedModel(), try ServedModel())
    let sandbox = try Sandbox()
    let registry = try sandbox.registry(
      #""kitchen": {"aliases": ["food"], "source": "\#(one.url())", "files": ["\#(weights)"], "main": "\#(weights)"}"#)
    let run = try await sandbox.run(
      "get", "food", other.url() + "@v1:" + weights, "--to", "out", "--registry", registry)
    let name = other.name.dropFirst("copies/".count)
    #expect(
      run.output == """
        \(sandbox.work)/out/kitchen/\(weights)
        \(sandbox.work)/out/\(name)/\(weights)

        """, "\(run.errors)")
    let paths = run.outputLines
    try #require(paths.count == 2)
    #expect(try await sha256(paths[0]) == one.pointer(weights).oid)
    #expect(try await sha256(paths[1]) == other.pointer(weights, at: "v1").oid)
    let clash = try await sandbox.run("get", other.url(), other.url() + "@v1", "--to", "clash")
    #expect(clash.status == 2)
    #expect(clash.errors.contains("two models would both be put into `clash/\(name)`"), "\(clash.errors)")
  }

  // MARK: Kinds of link

  @Test(arguments: [nil, "copy", "hardlink", "symlink"])
  func `how a file comes into the folder`(_ kind: String?) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let words = ["get", model.url() + ":weights", "--to", "out"] + (kind.map { ["--link", $0] } ?? [])
    let outcome = try await sandbox.start(words).outcome()
    try #require(outcome.status == 0, "\(outcome.errors)")
    let pointer = try await model.pointer(weights)
    let object = "\(sandbox.cache)/objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2))"
    let file = sandbox.work + "/out/" + weights
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: file)
    #expect(link == (kind == "symlink" ? object : nil))
    #expect((fileStatus(file)?.st_ino == fileStatus(object)?.st_ino) == (kind == "hardlink"))
    #expect(try await sha256(file) == pointer.oid)
    let tool = sandbox.work + "/out/weights/tool.bin"
    #expect(mode(tool) == 0o755)
    #expect(try await sha256(tool) == model.pointer("weights/tool.bin").oid)
    guard kind == nil || kind == "copy" else { return }
    #expect(mode(file) == 0o644)
    // Root may write anywhere; what it writes must stay in its copy.
    for path in [file, tool] {
      let handle = try FileHandle(forUpdating: URL(filePath: path))
      try handle.write(contentsOf: Data("mine".utf8))
      try handle.close()
    }
    #expect(try await sha256(object) == pointer.oid)
    #expect(try await sandbox.run("verify").status == 0)
  }

  @Test func `a reflink is one or is refused`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url() + ":" + weights, "--to", "out", "--link", "reflink")
    if run.status == 0 {
      #expect(try await sha256(run.path) == model.pointer(weights).oid)
      #expect(fileStatus(run.path)?.st_nlink == 1)
    } else {
      #expect(run.status == 7)
      #expect(run.errors.contains("cannot share the blocks of a file with"), "\(run.errors)")
      #expect(FileTree.paths(in: sandbox.work) == [])
    }
  }

  // MARK: What is there already

  @Test func `a different file is not overwritten, and nothing is changed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let mine = try sandbox.write("mine", to: "work/out/weights/one-byte.bin")
    for _ in 0..<2 {
      let run = try await sandbox.run("get", model.url() + ":weights", "--to", "out")
      #expect(run.status == 7)
      #expect(run.output == "")
      #expect(
        run.errors == """
          error: `\(mine)` is there already with other content
            caused by: it was not put there by lfsfetch, or was changed since
          hint: move it away, or choose another folder with `--to`

          """)
      #expect(FileTree.paths(in: sandbox.work) == ["out/weights/one-byte.bin"])
      #expect(bytes(mine) == Data("mine".utf8))
    }
  }

  @Test func `a file of the same size with other bytes is not taken for ours`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let mine = try sandbox.write("y", to: "work/out/weights/one-byte.bin")
    let run = try await sandbox.run("get", model.url() + ":weights/one-byte.bin", "--to", "out")
    #expect(run.status == 7)
    #expect(bytes(mine) == Data("y".utf8))
  }

  @Test func `the same bytes and the pointer that stands for them are fine`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write("x", to: "work/out/weights/one-byte.bin")
    try sandbox.write(try await model.pointer(weights).text, to: "work/out/" + weights)
    try sandbox.write("# Kitchen\n", to: "work/out/README.md")
    try sandbox.write("mine", to: "work/out/notes.txt")
    try await sandbox.path("get", model.url(), "--to", "out", "--include", "weights", "--include", "README.md")
    #expect(try await sha256(sandbox.work + "/out/" + weights) == model.pointer(weights).oid)
    #expect(bytes(sandbox.work + "/out/notes.txt") == Data("mine".utf8))
  }

  @Test func `the pointer of another object is not ours to replace`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let text = try await model.pointer(weights, at: "v1").text
    let mine = try sandbox.write(text, to: "work/out/" + weights)
    let run = try await sandbox.run("get", model.url() + ":" + weights, "--to", "out")
    #expect(run.status == 7)
    #expect(bytes(mine) == Data(text.utf8))
  }

  @Test func `our own older version is replaced, a changed one is not`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let file = try await sandbox.path("get", model.url() + ":" + weights, "--to", "out")
    let new = try await model.addObject(noise(5000))
    try await model.commit([weights: new.text])
    try await sandbox.path("get", model.url() + ":" + weights, "--to", "out")
    #expect(try await sha256(file) == new.oid)
    try await sandbox.path("get", model.url() + "@v1:" + weights, "--to", "out")
    #expect(try await sha256(file) == model.pointer(weights, at: "v1").oid)
    try Data("changed by the user".utf8).write(to: URL(filePath: file))
    let run = try await sandbox.run("get", model.url() + ":" + weights, "--to", "out")
    #expect(run.status == 7)
    #expect(bytes(file) == Data("changed by the user".utf8))
    try FileManager.default.removeItem(atPath: file)
    try await sandbox.path("get", model.url() + ":" + weights, "--to", "out")
    #expect(try await sha256(file) == new.oid)
  }

  // MARK: Links that were planted

  @Test func `a symbolic link in the place of a file is not followed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let outside = try sandbox.write("x", to: "outside")
    try sandbox.makeFolder(sandbox.work + "/out/weights")
    let planted = sandbox.work + "/out/weights/one-byte.bin"
    try FileManager.default.createSymbolicLink(atPath: planted, withDestinationPath: outside)
    let run = try await sandbox.run("get", model.url() + ":weights/one-byte.bin", "--to", "out")
    #expect(run.status == 7)
    #expect(run.errors.hasPrefix("error: `\(planted)` is there already with other content\n"), "\(run.errors)")
    #expect(bytes(outside) == Data("x".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: planted) == outside)
  }

  @Test func `a symbolic link in the place of a folder is not followed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.makeFolder(sandbox.work + "/out")
    for inside in ["elsewhere", "out/here"] {
      try sandbox.makeFolder(sandbox.work + "/" + inside)
      try? FileManager.default.removeItem(atPath: sandbox.work + "/out/weights")
      try FileManager.default.createSymbolicLink(
        atPath: sandbox.work + "/out/weights", withDestinationPath: sandbox.work + "/" + inside)
      let run = try await sandbox.run("get", model.url() + ":weights", "--to", "out")
      #expect(run.status == 7)
      #expect(run.errors.hasPrefix("error: cannot put the files into `\(sandbox.work)/out`\n"), "\(run.errors)")
      #expect(run.errors.contains("without following links"), "\(run.errors)")
      #expect(FileTree.paths(in: sandbox.work + "/" + inside) == [])
    }
  }

  @Test func `the folder itself may be a link`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.makeFolder(sandbox.folder + "/big-disk")
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.work + "/out", withDestinationPath: sandbox.folder + "/big-disk")
    try await sandbox.path("get", model.url() + ":README.md", "--to", "out")
    #expect(bytes(sandbox.folder + "/big-disk/README.md") == Data("# Kitchen\n".utf8))
  }

  @Test func `a folder in the place of a file is told`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write("mine", to: "work/out/README.md/notes")
    let run = try await sandbox.run("get", model.url() + ":README.md", "--to", "out")
    #expect(run.status == 7)
    #expect(bytes(sandbox.work + "/out/README.md/notes") == Data("mine".utf8))
  }
}

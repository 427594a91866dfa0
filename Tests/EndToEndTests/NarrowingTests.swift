import Foundation
import Testing

/// `lfsfetch drop` takes nothing away that is the user's.
@Suite struct NarrowingTests {
  @Test func `a changed file is never dropped`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts", "--include", "weights")
    try Data("mine\n".utf8).write(to: URL(filePath: clone + "/texts/1023.txt"))
    try Data("mine".utf8).write(to: URL(filePath: clone + "/weights/one-byte.bin"))
    chmod(clone + "/texts/1024.txt", 0o755)
    // Read anew, these are what they were.
    try await Tool.run("touch", ["texts/3000.txt", "weights/tool.bin"], in: clone)
    let dropped = try await sandbox.run(in: clone, "drop", "texts", "weights")
    #expect(dropped.status == 1)
    #expect(FileTree.paths(in: clone) == ["texts/1023.txt", "texts/1024.txt", "weights/one-byte.bin"])
    for path in FileTree.paths(in: clone) {
      #expect(
        dropped.errors.contains(
          """
          error: `\(path)` was changed and stays
          hint: commit the change, or take it back with `git restore`, and drop the file again

          """), "\(dropped.errors)")
    }
    #expect(bytes(clone + "/texts/1023.txt") == Data("mine\n".utf8))
    let status = " M texts/1023.txt\n M texts/1024.txt\n M weights/one-byte.bin"
    #expect(try await model.git("status", "--porcelain", in: clone) == status)
    try await model.git("restore", "texts", "weights", in: clone)
    try await model.check(clone)
  }

  @Test func `drop removes what a drop that was killed has left, unless it was changed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts", "--include", "weights/tool.bin")
    let before = try await FileTree.of(clone)
    #expect(try await sandbox.run(in: clone, "drop", "texts", "weights").status == 0)
    #expect(FileTree.paths(in: clone) == [])
    // The index tells already that they are left out, and the files are still there.
    for (path, name) in [("texts/1023.txt", "1023.txt"), ("texts/3000.txt", "3000.txt")] {
      try sandbox.write(try await model.git("show", "main:texts/" + name) + "\n", to: "work/c/" + path)
    }
    try sandbox.write("mine\n", to: "work/c/texts/1024.txt")
    let again = try await sandbox.run(in: clone, "drop", "texts")
    #expect(again.status == 1)
    #expect(
      again.errors.hasPrefix("dropped 2 files\nerror: `texts/1024.txt` was changed and stays\n"), "\(again.errors)")
    #expect(FileTree.paths(in: clone) == ["texts/1024.txt"])
    #expect(try await model.git("status", "--porcelain", in: clone) == " M texts/1024.txt")
    try await Tool.run("rm", ["texts/1024.txt"], in: clone)
    #expect(try await sandbox.run(in: clone, "add", "texts", "weights/tool.bin").status == 0)
    try await model.git("restore", "texts/1024.txt", in: clone)
    #expect(try await FileTree.of(clone) == before)
    // What lies behind a link is none of the work tree's.
    #expect(try await sandbox.run(in: clone, "drop", "texts").status == 0)
    try sandbox.write("outside\n", to: "outside/1023.txt")
    try FileManager.default.createSymbolicLink(atPath: clone + "/texts", withDestinationPath: "../../outside")
    #expect(try await sandbox.run(in: clone, "drop", ".").status == 0)
    #expect(FileTree.paths(in: sandbox.folder + "/outside") == ["1023.txt"])
  }
}

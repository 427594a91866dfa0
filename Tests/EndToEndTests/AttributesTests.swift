import Foundation
import Testing

/// Attributes are read as git reads them: what git gives to LFS is given to LFS here, and nothing else.
@Suite struct AttributesTests {
  /// The line of a folder's `.gitattributes`, and a file in it.
  private static let lines = [
    ("\"my dir/*.dat\" filter=lfs -text", "my dir/a.dat"), ("\"x.bin\" filter=lfs -text", "x.bin"),
    ("\"\\303\\266.dat\" filter=lfs -text", "ö.dat"), ("*.bin filter=lfs # c", "x.bin"), ("!*.bin filter=lfs", "x.bin"),
    ("a\\ b.bin filter=lfs", "a b.bin"), ("*.bin\u{0b}filter=lfs", "x.bin"),
    ("*.c filter=lfs", "x.bin"),
    ("*.bin filter=lfs -text", "x.bin"), ("back*.bin filter=lfs -text", "back\\slash.bin"),
    ("plain filter=lfs", "x.bin"),
  ]
  private static let tracked = [0, 1, 2, 8, 9]

  private func model() async throws -> (ServedModel, files: [(path: String, pointer: ServedModel.Pointer)]) {
    let model = try ServedModel()
    // What the model says of all folders is taken back here.
    var texts = ["at/.gitattributes": "* !filter !text\n"]
    var files: [(path: String, pointer: ServedModel.Pointer)] = []
    for (number, (line, name)) in Self.lines.enumerated() {
      let pointer = try await model.addObject(noise(2000 + number, seed: UInt64(number) + 50))
      texts["at/\(number)/.gitattributes"] = line + "\n"
      texts["at/\(number)/\(name)"] = pointer.text
      files.append(("at/\(number)/\(name)", pointer))
    }
    try await model.commit(texts)
    return (model, files)
  }

  @Test func `clone, pull and checkout give to LFS what git gives to it`() async throws {
    let (model, files) = try await model()
    let machine = try await GitMachine(.gitLFS)
    let reference = try await machine.clone(model.url(), name: "reference")
    let expected = try await FileTree.of(reference)
    for (number, file) in files.enumerated() {
      let content = try #require(bytes(reference + "/" + file.path))
      #expect((content.count == file.pointer.size) == Self.tracked.contains(number), "\(file.path)")
    }
    try await machine.lfsfetch("clone", model.url(), "ours")
    #expect(try await FileTree.of(machine.work + "/ours") == expected)
    #expect(try await machine.git("status", "--porcelain", in: machine.work + "/ours") == "")
    for command in [["pull"], ["fetch", "checkout"]] {
      let (other, clone) = try await GitMachine.pointers(of: model)
      for word in command { try await other.lfsfetch(word, in: clone) }
      #expect(try await FileTree.of(clone) == expected, "\(command)")
      #expect(try await other.git("status", "--porcelain", in: clone) == "", "\(command)")
    }
  }

  @Test func `drop, track and the hook know them, too`() async throws {
    let (model, files) = try await model()
    let machine = try await GitMachine(.gitLFS)
    try await machine.lfsfetch("clone", model.url(), "ours")
    let clone = machine.work + "/ours"
    let list = try await machine.lfsfetch("track", in: clone)
    #expect(list.contains("    at/0/my dir/*.dat (at/0/.gitattributes)\n"), "\(list)")
    #expect(list.contains("    at/1/x.bin (at/1/.gitattributes)\n"), "\(list)")
    for number in 3...4 { #expect(!list.contains("(at/\(number)/.gitattributes)"), "\(list)") }
    // The filter would clean it; staged as it is, it is refused.
    let blob = try await machine.git("hash-object", "-w", "--no-filters", files[0].path, in: clone)
    try await machine.git("update-index", "--cacheinfo", "100644,\(blob),\(files[0].path)", in: clone)
    let hook = try await machine.run(Sandbox.program, ["hook", "pre-commit"], in: clone)
    #expect(hook.status != 0)
    #expect(hook.errors.contains("at/0/my dir/a.dat"), "\(hook.errors)")
    try await machine.git("reset", "--quiet", "--hard", in: clone)
    for number in Self.tracked.dropLast() { try await machine.lfsfetch("drop", files[number].path, in: clone) }
    for number in Self.tracked.dropLast() { #expect(fileStatus(clone + "/" + files[number].path) == nil) }
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }

  @Test(arguments: [".gitmodules", ".GITMODULES", "gitmod~1", "gi7eba~1", ".gitmodules ", "a\\.gitmodules"])
  func `a link that would be read as the list of submodules is refused`(name: String) async throws {
    let model = try ServedModel()
    let link = try await model.blob("elsewhere")
    try await model.branch("evil", withTree: ["120000 blob \(link)\t\(name)"])
    let sandbox = try Sandbox()
    let run = try await sandbox.run("clone", model.url() + "@evil", "c")
    #expect(run.status == 6, "\(run.errors)")
    #expect(run.errors.contains("`.gitmodules` must not be a link"), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.work) == [])
  }

  @Test(arguments: [".", "", "bin"])
  func `a planted program is not taken for the one in the PATH`(element: String) async throws {
    let machine = try await GitMachine(.none)
    for name in ["lfsfetch", "bin/lfsfetch"] {
      try machine.sandbox.write("#!/bin/sh\nexit 0\n", to: "work/" + name)
      chmod(machine.work + "/" + name, 0o755)
    }
    try await machine.git("init", "--quiet")
    let path = element + ":/usr/bin:/bin"
    try await machine.lfsfetch("install", "--local", environment: ["PATH": path])
    let value = try await machine.git("config", "filter.lfs.process")
    #expect(value == "\(Sandbox.program) filter-process")
  }
}

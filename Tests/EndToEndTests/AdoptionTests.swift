import Foundation
import Testing

/// Objects that a repository has already get into the store without a download, and nobody's edit gets in after them.
@Suite struct AdoptionTests {
  @Test func `an object with another name is copied, and stays as it is`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let pointer = try await model.pointer("weights/model.bin")
    try await machine.git("lfs", "fetch", "--include", "weights", in: clone)
    let media = GitMachine.media(pointer.oid, in: clone)
    let file = clone + "/weights/model.bin"
    chmod(media, 0o644)
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.linkItem(atPath: media, toPath: file)
    for words in [["fetch"], ["pull"]] {
      let before = try await model.requests().filter { $0.uri.contains(pointer.oid) }.count
      try await machine.lfsfetch(words[0], "--include", "weights", in: clone)
      #expect(try await model.requests().filter { $0.uri.contains(pointer.oid) }.count == before)
      #expect(mode(file) == 0o644)
      #expect(fileStatus(file)?.st_ino == fileStatus(media)?.st_ino)
      #expect(fileStatus(machine.stored(pointer.oid))?.st_ino != fileStatus(media)?.st_ino)
    }
    let handle = try FileHandle(forWritingTo: URL(filePath: file))
    try handle.write(contentsOf: Data("an edit".utf8))
    try handle.close()
    #expect(try await sha256(machine.stored(pointer.oid)) == pointer.oid)
  }

  @Test func `an object with one name becomes the store's`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let pointer = try await model.pointer("weights/model.bin")
    try await machine.git("lfs", "fetch", "--include", "weights", in: clone)
    try await machine.lfsfetch("fetch", "--include", "weights", in: clone)
    let media = GitMachine.media(pointer.oid, in: clone)
    #expect(try await sha256(machine.stored(pointer.oid)) == pointer.oid)
    // Where the file system has reflinks, they share their blocks in place of being one.
    if try await machine.hasNoReflinks() {
      #expect(fileStatus(machine.stored(pointer.oid))?.st_ino == fileStatus(media)?.st_ino)
    }
  }

  /// Git writes them so where a path has special bytes; the objects of git's own are read there, too.
  @Test func `a repository may borrow from a folder whose path is in quotes`() async throws {
    let model = try ServedModel()
    let (machine, lender) = try await GitMachine.pointers(of: model)
    let pointer = try await model.pointer("weights/model.bin")
    try await machine.git("lfs", "fetch", "--include", "weights", in: lender)
    try FileManager.default.moveItem(atPath: lender, toPath: machine.work + "/l\u{e4}nder")
    let skipping = ["GIT_LFS_SKIP_SMUDGE": "1"]
    let clone = try await machine.clone(machine.work + "/l\u{e4}nder", "--shared", name: "c", environment: skipping)
    try machine.sandbox.write(
      "\"\(machine.work)/l\\303\\244nder/.git/objects\"\n", to: "work/c/.git/objects/info/alternates")
    try await machine.git("config", "lfs.url", "http://127.0.0.1:9/nowhere", in: clone)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    try await machine.lfsfetch("pull", "--include", "weights/model.bin", in: clone)
    #expect(try await sha256(clone + "/weights/model.bin") == pointer.oid)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }
}

extension GitMachine {
  fileprivate func hasNoReflinks() async throws -> Bool {
    try sandbox.write("x", to: "one")
    let outcome = try await run("cp", ["--reflink=always", sandbox.folder + "/one", sandbox.folder + "/two"])
    return outcome.status != 0
  }

  @Test func `fsck finds what a clone borrows, as that of git-lfs does`() async throws {
    let model = try ServedModel()
    let pointer = try await model.pointer("weights/model.bin")
    for program in [["git", "lfs"], [Sandbox.program]] {
      let (machine, lender) = try await GitMachine.pointers(of: model)
      try await machine.git("lfs", "fetch", in: lender)
      let clone = try await machine.clone(
        model.url(), "--reference", lender, name: "c", environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      let outcome = try await machine.run(program[0], program.dropFirst() + ["fsck", "--objects"], in: clone)
      #expect(outcome.status == 0 && outcome.output == "Git LFS fsck OK\n", "\(outcome.output)\(outcome.errors)")
      #expect(fileStatus(GitMachine.media(pointer.oid, in: clone)) != nil)
      let damaged = GitMachine.media(pointer.oid, in: lender)
      try FileManager.default.removeItem(atPath: GitMachine.media(pointer.oid, in: clone))
      try? FileManager.default.removeItem(atPath: machine.stored(pointer.oid))
      chmod(damaged, 0o644)
      try Data(count: 3 << 20).write(to: URL(filePath: damaged))
      let found = try await machine.run(program[0], program.dropFirst() + ["fsck", "--objects"], in: clone)
      #expect(found.status == 1)
      #expect(found.output.contains("weights/model.bin"), "\(found.output)")
    }
  }
}

import Foundation
import Testing

/// Macros of attributes that are taken away from a path again: what git writes into a work tree, `clone` does.
@Suite struct CloneMacroTests {
  static let attributes: [(String, inFolder: String)] = [
    ("[attr]big filter=lfs diff=lfs merge=lfs -text\n*.bin big\nplain.bin !big\n", ""),
    ("[attr]big filter=lfs -text\n[attr]huge big\n*.bin huge\n", "*.bin !huge\n"),
    ("[attr]big filter=lfs -text\n*.bin big\n", "plain.bin -big\n"),
    ("[attr]big filter=lfs -text\n*.bin !big\n*.bin filter=lfs\n", ""),
  ]

  @Test(arguments: attributes, [[], ["--full"], ["--include", "*.bin"]])
  func `as git does it`(_ attributes: (String, inFolder: String), _ options: [String]) async throws {
    let model = try ServedModel()
    let pointer = try await model.addObject(noise(5000))
    var files = [".gitattributes": attributes.0, "model.bin": pointer.text, "plain.bin": pointer.text]
    files["in/plain.bin"] = pointer.text
    files["in/model.bin"] = pointer.text
    if !attributes.inFolder.isEmpty { files["in/.gitattributes"] = attributes.inFolder }
    var tree: [String] = []
    for (path, text) in files where !path.hasPrefix("in/") {
      tree.append("100644 blob \(try await model.blob(text))\t\(path)")
    }
    var inner = ""
    for (path, text) in files.sorted(by: { $0.key < $1.key }) where path.hasPrefix("in/") {
      inner += "100644 blob \(try await model.blob(text))\t\(path.dropFirst(3))\n"
    }
    tree.append("040000 tree \(try await model.git("mktree", input: inner))\tin")
    try await model.branch("macros", withTree: tree)
    let reference = try await GitMachine(.gitLFS)
    let real = try await reference.clone(model.url(), "--branch", "macros")
    let sandbox = try Sandbox()
    let run = try await sandbox.start(["clone", model.url() + "@macros", "c"] + options).outcome()
    try #require(run.status == 0, "\(run.errors)")
    for path in files.keys where path.hasSuffix(".bin") {
      #expect(bytes(run.path + "/" + path) == bytes(real + "/" + path), "\(path)")
    }
    #expect(try await reference.git("status", "--porcelain", in: run.path) == "")
  }
}

import Foundation
import Testing

/// Which part of `URL@REV` is the revision, where there is more than one `@`.
@Suite struct CloneRevisionTests {
  @Test(arguments: ["release@2", "bot/npm/@types/node@20"]) func `a branch with an @`(_ branch: String)
    async throws
  {
    let model = try ServedModel()
    try await model.git("update-ref", "refs/heads/" + branch, "main")
    let sandbox = try Sandbox()
    let urls = [
      model.url() + "@" + branch, model.url("/hub").replacingOccurrences(of: ".git", with: "") + "@" + branch,
    ]
    for (index, url) in urls.enumerated() {
      let clone = try await sandbox.path("clone", url, "c\(index)", "--include", "README.md")
      #expect(try await model.git("branch", "--show-current", in: clone) == branch)
      #expect(FileTree.paths(in: clone) == ["README.md"])
    }
  }

  @Test func `a folder of this machine with an @`() async throws {
    let model = try ServedModel()
    try await model.git("update-ref", "refs/heads/a@b", "main")
    let sandbox = try Sandbox()
    let place = sandbox.folder + "/me@home/model"
    try sandbox.makeFolder(sandbox.folder + "/me@home")
    try FileManager.default.copyItem(atPath: model.folder, toPath: place)
    for (behind, branch) in [("", "main"), ("@a@b", "a@b")] {
      let clone = try await sandbox.path("clone", place + behind, "c-" + branch, "--no-lfs")
      #expect(try await model.git("branch", "--show-current", in: clone) == branch)
    }
  }
}

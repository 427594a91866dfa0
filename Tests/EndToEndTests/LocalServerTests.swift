import Foundation
import Testing

/// LFS servers that are repositories of this machine: the same as with git-lfs.
@Suite struct LocalServerTests {
  static let settings: [[String]] = [
    ["remote.origin.url", ""], ["remote.origin.url", "file://"], ["lfs.url", ""], ["lfs.url", "file://"],
  ]

  @Test(arguments: settings) func `objects come from its folder`(_ setting: [String]) async throws {
    let model = try ServedModel()
    let oid = try await model.pointer("weights/model.bin").oid
    let folder = "\(model.folder)/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: model.objects + "/" + oid, toPath: folder + "/" + oid)
    var endpoints: [[String]] = []
    let (machine, path) = try await GitMachine.calledGitLFS()
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (machine, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      try await machine.git("config", setting[0], setting[1] + model.folder, in: clone)
      try await machine.git("lfs", "fetch", "-I", "weights/model.bin", in: clone, environment: environment)
      #expect(try await sha256(GitMachine.media(oid, in: clone)) == oid)
      let lines = try await machine.git("lfs", "env", in: clone, environment: environment).split(separator: "\n")
      endpoints.append(lines.filter { $0.hasPrefix("Endpoint") }.map(String.init))
    }
    #expect(endpoints[1] == endpoints[0])
    #expect(endpoints[0].count == 1)
  }

  @Test func `a repository's own settings cannot name a folder of this machine`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    try machine.sandbox.write("[lfs]\n\turl = file://\(model.folder)\n", to: "work/clone/.lfsconfig")
    let outcome = try await machine.run(Sandbox.program, ["fetch"], in: clone)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("error: cannot use the LFS server `file://\(model.folder)`"), "\(outcome.errors)")
  }
}

import Fixtures
import Foundation
import Testing

/// What programs read of `git lfs`.
@Suite struct GitLFSFormatTests {
  /// The same repository on two machines, with git-lfs and with the program under test in its place, and with files that
  /// are changed, staged, new and gone.
  private func clones(_ model: ServedModel) async throws -> [(GitMachine, environment: [String: String], clone: String)]
  {
    let (machine, path) = try await GitMachine.calledGitLFS()
    var clones: [(GitMachine, environment: [String: String], clone: String)] = []
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (machine, path)] {
      let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards", environment: environment)
      try machine.sandbox.write("new", to: "work/clone/weights/new.bin")
      try await machine.git("add", "weights/new.bin", in: clone, environment: environment)
      try await machine.git("mv", "weights/copy-b.bin", "weights/moved.bin", in: clone, environment: environment)
      try machine.sandbox.write("changed", to: "work/clone/weights/tool.bin")
      try machine.sandbox.write("*.dat lockable\n*.pt filter=lfs\n", to: "work/clone/nested/.gitattributes")
      try FileManager.default.removeItem(atPath: clone + "/weights/model.bin")
      clones.append((machine, environment, clone))
    }
    return clones
  }

  static let questions: [[String]] = [
    ["ls-files", "--json"], ["ls-files", "--json", "v1"], ["ls-files", "--json", "--all"],
    ["ls-files", "--json", "--include=nested,weights", "--exclude=weights/m*"],
    ["ls-files", "--json", "--include=none"],
    ["status", "--json"], ["track", "--json"], ["track", "--json", "--no-excluded"],
  ]

  @Test func `JSON`() async throws {
    let clones = try await clones(try ServedModel())
    func parse(_ text: String, _ question: [String]) throws -> NSDictionary {
      let answer = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
      // Of several commits git-lfs lists the files as git happens to tell them.
      guard question.contains("--all"), let files = answer["files"] as? [NSDictionary] else { return answer }
      return ["files": NSCountedSet(array: files)]
    }
    for question in Self.questions {
      var outcomes: [Launch.Outcome] = []
      for (machine, environment, clone) in clones {
        outcomes.append(try await machine.run("git", ["lfs"] + question, in: clone, environment: environment))
      }
      #expect(outcomes[1].status == outcomes[0].status, "\(question): \(outcomes[1].errors)")
      #expect(
        try parse(outcomes[1].output, question) == parse(outcomes[0].output, question),
        "\(question): \(outcomes[1].output)")
    }
  }
}

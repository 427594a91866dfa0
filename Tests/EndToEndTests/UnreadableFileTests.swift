import Foundation
import Testing

/// Small files of the user that cannot be read could be pointers, for all one knows. They are the user's.
@Suite struct UnreadableFileTests {
  static let commands: [[String]] = [["checkout"], ["pull"], ["drop", "weights/model.bin"]]

  @Test(arguments: commands) func `they stay, and are named`(_ words: [String]) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    try machine.sandbox.write("of the user", to: "work/clone/weights/model.bin")
    chmod(clone + "/weights/model.bin", 0)
    let command = boundByPermissions([Sandbox.program] + words)
    let outcome = try await machine.run(command[0], Array(command.dropFirst()), in: clone)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("weights/model.bin") && outcome.errors.contains("Permission denied"), "\(outcome)")
    let status = try #require(fileStatus(clone + "/weights/model.bin"))
    #expect(status.st_mode & 0o777 == 0)
    chmod(clone + "/weights/model.bin", 0o644)
    #expect(bytes(clone + "/weights/model.bin") == Data("of the user".utf8))
  }
}

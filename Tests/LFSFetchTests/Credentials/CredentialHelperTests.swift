import Files
import Fixtures
import Foundation
import Synchronization
import Testing

@testable import LFSFetch

/// Helpers are run as git runs them, by scripts that write down what they were asked.
struct CredentialHelperTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A helper that writes the operation, its arguments and its input into the file `record`, and answers `answer`.
  private func script(_ name: String, _ answer: String) throws -> String {
    try writeProgram(
      "#!/bin/sh\n{ echo \"$@\"; cat; } >>\(folder("record"))\nprintf '%b' '\(answer)'\n", to: folder(name))
  }

  private func record() -> String { (try? String(contentsOfFile: folder("record"), encoding: .utf8)) ?? "" }

  private func asked() -> CredentialAttributes {
    var attributes = CredentialAttributes()
    attributes.protocol = "https"
    attributes.host = "example.com"
    return attributes
  }

  private func helpers(
    _ commands: String..., warn: @escaping @Sendable (String) -> Void = { Issue.record("\($0)") }
  ) -> CredentialHelpers {
    CredentialHelpers(
      helpers: commands.map { CredentialHelper(command: $0) }, folders: [folder.path], warn: warn)
  }

  @Test func aNameIsAProgramOfGits() async throws {
    _ = try script("git-credential-mine", "username=alice\\npassword=p\\n")
    let filled = await helpers("mine --file 'a b'").fill(asked())
    #expect(filled.found == Credential(.password("p", of: "alice")))
    #expect(record() == "--file a b get\ncapability[]=authtype\nprotocol=https\nhost=example.com\n")
  }

  @Test func aPathIsTheProgramItself() async throws {
    let path = try script("anything", "username=alice\\npassword=p\\n")
    #expect(await helpers(path).fill(asked()).found != nil)
    #expect(record().hasPrefix("get\n"))
  }

  @Test func anExclamationMarkIsForTheShell() async throws {
    let path = try script("anything", "username=alice\\npassword=p\\n")
    #expect(await helpers("!f() { \(path) from-function \"$1\"; }; f").fill(asked()).found != nil)
    #expect(record().hasPrefix("from-function get\n"))
  }

  @Test func theyAreAskedUntilAllIsKnown() async throws {
    let (first, second) = (try script("first", "username=alice\\n"), try script("second", "password=p\\n"))
    let third = try script("third", "password=other\\n")
    let filled = await helpers(first, second, third).fill(asked())
    #expect(filled.found == Credential(.password("p", of: "alice")))
    #expect(record().contains("\nhost=example.com\nusername=alice\n"))
    #expect(record().split(separator: "\n").filter { $0 == "get" }.count == 2)
  }

  @Test func oneMayEndTheSearch() async throws {
    let (first, second) = (try script("first", "quit=1\\n"), try script("second", "username=a\\npassword=p\\n"))
    #expect(await helpers(first, second).fill(asked()).found == nil)
    #expect(record().split(separator: "\n").filter { $0 == "get" }.count == 1)
  }

  @Test func allAreToldWhatWasRight() async throws {
    let (first, second) = (try script("first", ""), try script("second", ""))
    var attributes = asked()
    attributes.username = "alice"
    attributes.password = "p"
    await helpers(first, second).approve(attributes)
    let lines = "protocol=https\nhost=example.com\nusername=alice\npassword=p\n"
    #expect(record() == "store\n\(lines)store\n\(lines)")
    await helpers(first).reject(attributes)
    #expect(record() == "store\n\(lines)store\n\(lines)erase\n\(lines)")
    attributes.isEphemeral = true
    await helpers(first).approve(attributes)
    #expect(record() == "store\n\(lines)store\n\(lines)erase\n\(lines)")
  }

  @Test func oneThatIsNotThereIsNamedAndTheNextIsAsked() async throws {
    let path = try script("anything", "username=alice\\npassword=p\\n")
    let warnings = Mutex<[String]>([])
    let filled = await helpers("nosuch secret", path) { text in warnings.withLock { $0.append(text) } }.fill(asked())
    #expect(filled.found != nil)
    let said = warnings.withLock { $0 }
    #expect(said.count == 1)
    #expect(said.first?.hasPrefix("cannot use the credential helper `nosuch`: ") == true, "\(said)")
    #expect(said.first?.contains("secret") == false)
  }

  @Test func whatItSaysToTheUserIsHandedOn() async throws {
    let warnings = Mutex<[String]>([])
    _ = await helpers("!echo open your browser >&2; true") { text in warnings.withLock { $0.append(text) } }
      .fill(asked())
    // Its lines come on a thread of their own.
    while warnings.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(2)) }
    #expect(warnings.withLock { $0 } == ["the credential helper `!…` says: open your browser"])
  }

  /// A program of that name in the working directory is somebody else's.
  @Test(arguments: ["", ".", "relative"]) func nothingIsRunFromTheWorkingDirectory(place: String) {
    #expect(throws: FileError.self) {
      try CredentialHelper(command: "planted").program(for: .get, folders: [place])
    }
  }

  @Test func aRealHelperOfGitsIsFound() throws {
    let folders = CredentialHelper.folders { _ in nil }
    let program = try CredentialHelper(command: "store").program(for: .get, folders: folders)
    #expect(program.path.hasSuffix("/git-credential-store"))
    #expect(program.arguments == ["get"])
  }

  @Test func oneThatHangsEndsWithItsTask() async throws {
    let path = try writeProgram("#!/bin/sh\nexec sleep 600\n", to: folder("hangs"))
    let attributes = asked()
    let helpers = helpers(path)
    let task = Task { await helpers.fill(attributes) }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    #expect(await task.value.found == nil)
  }
}

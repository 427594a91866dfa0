import Foundation
import Testing

/// The commands on `docs/concepts/credentials.md` do what the page says, with a server of the tests' in the place of the
/// page's.
@Suite struct CredentialsPageTests {
  private static let page: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: "docs/concepts/credentials.md"), encoding: .utf8)) ?? ""
  }()

  /// What stands between lines of "```sh" and "```".
  static let blocks: [String] = page.components(separatedBy: "\n```sh\n").dropFirst()
    .compactMap { $0.components(separatedBy: "\n```\n").first }

  @Test func `the page has commands`() {
    #expect(Self.blocks.count == 4)
  }

  @Test(arguments: blocks) func `a block opens a private repository`(block: String) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let origin = model.servers.http
    let host = String(origin.dropFirst("http://".count))
    let port = String(host.split(separator: ":").last ?? "")
    try machine.sandbox.write(model.servers.password, to: "work/token.txt")
    let commands =
      block.replacing("https://git.example.com/org/model", with: model.url("/private"))
      .replacing("https://git.example.com", with: origin)
      .replacing("GIT_EXAMPLE_COM", with: "127_0_0_1_" + port)
      // A netrc file names no port.
      .replacing("machine git.example.com", with: "machine 127.0.0.1")
      .replacing("git.example.com", with: origin)
    let run = try await machine.run("sh", ["-ec", commands], environment: ["TOKEN": model.servers.password])
    #expect(run.status == 0, "\(commands): \(run.errors)")
    #expect(try await sha256(run.outputLines.last ?? "") == model.pointer("weights/model.bin").oid)
    #expect(!run.errors.contains(model.servers.password))
  }
}

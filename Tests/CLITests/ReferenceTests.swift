import Foundation
import LFSFetch
import Testing

@testable import CLI

/// The pages under `docs/reference` say what the program does, no more and no less.
struct ReferenceTests {
  private func page(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/reference/\(name)"), encoding: .utf8)
  }

  /// The part of a page beneath a heading.
  private func section(_ heading: String, of page: String) -> String? {
    page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") }
  }

  @Test(arguments: Command.all.map(\.name))
  func everyCommandIsDocumented(name: String) throws {
    let command = try Command.named(name).specification
    let page = try page("cli.md")
    let text = try #require(section("lfsfetch " + name, of: page))
    #expect(text.contains("```\n\(command.synopsis)\n```"))
    let documented = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    #expect(documented == command.allOptions.map { "| `\($0.spelling)` | \($0.help) |" })
  }

  @Test func noPageDocumentsACommandThatIsNotThere() throws {
    let headings = try page("cli.md").components(separatedBy: "\n## ").map { $0.prefix { $0 != "\n" } }
    let commands = headings.filter { $0.hasPrefix("lfsfetch ") }.map { String($0.dropFirst("lfsfetch ".count)) }
    #expect(commands == Command.all.map(\.name))
  }

  @Test func everyExitStatusIsDocumented() throws {
    let rows = try page("exit-statuses.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    #expect(rows.map(String.init) == ExitStatus.allCases.map { "| \($0.rawValue) | \($0.meaning) |" })
  }

  @Test(arguments: EventLineTests.events)
  func everyEventAndFieldIsDocumented(event: ProgressEvent, line: String) throws {
    let page = try page("json-events.md")
    let text = try #require(section("get", of: page))
    let fields = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    let name = try #require(fields["event"] as? String)
    let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("| `\(name)` |") })
    for field in fields.keys where field != "event" {
      #expect(row.contains("`\(field)`"))
      #expect(text.contains("\n| `\(field)` | "))
    }
  }
}

import Foundation
import Testing

@testable import Git

/// Line ends and `$Id$`, beside what the real git makes of them.
@Suite struct ContentConversionTests {
  private static let contents = [
    "a\nb\n", "a\r\nb\r\n", "a\r\nb\n", "a\rb\n", "a\0b\n", "a\u{1}\n", "", "no end", "\n", "x\n\u{1a}",
    "a $Id$ b\n", "$Id: old $ $Id:x$ $Id: not ours 1.2 $ $Id: open\n$Id$", "$Id", "$Id$\r\n",
  ]

  @Test(arguments: [
    "* text", "* -text", "* text=auto", "* text=input", "* text eol=crlf", "* eol=crlf", "* eol=lf",
    "* text=auto eol=crlf",
    "* text=auto eol=lf", "* crlf", "* -crlf", "* crlf=input", "* ident", "* text eol=crlf ident", "* binary",
    "* text=other",
  ])
  func `as git writes and keeps files`(line: String) throws {
    let git = try LocalGit()
    try git.write(line + "\n", to: ".gitattributes")
    let configurations = [
      [:], ["core.autocrlf": "true"], ["core.autocrlf": "input"], ["core.eol": "crlf"],
      ["core.eol": "lf", "core.autocrlf": "true"],
    ]
    for configuration in configurations {
      let config = GitConfig(entries: configuration.map { GitConfig.Entry($0.key, $0.value) })
      for (name, value) in configuration { try git("config", name, value) }
      let parsed = try #require(AttributeLine(line.utf8))
      let values = AttributeMacros().values(parsed)
      let conversion = ContentConversion(
        ContentConversion.attributes.map { values[$0] ?? .unspecified }, config)
      // Without conversion into the index, so that it can have any content.
      for (number, content) in Self.contents.enumerated() {
        try git.write(content, to: "f\(number)")
        let kept = try git("hash-object", "--path", "new", "f\(number)")
        #expect(
          try blobID(conversion.inRepository(Array(content.utf8), staged: nil), git) == kept,
          "\(configuration) \(content.debugDescription)")
        let id = try git("hash-object", "-w", "--no-filters", "f\(number)")
        try git("update-index", "--add", "--cacheinfo", "100644,\(id),f\(number)")
      }
      try git("checkout-index", "--force", "--all")
      for (number, content) in Self.contents.enumerated() {
        let written = try Data(contentsOf: URL(filePath: git.path + "/f\(number)"))
        let id = try #require(ObjectID(hex: blobID(Array(content.utf8), git)))
        #expect(
          Data(conversion.inWorkTree(Array(content.utf8), id)) == written,
          "\(configuration) \(content.debugDescription)")
      }
      for name in configuration.keys { try git("config", "--unset", name) }
    }
  }

  private func blobID(_ content: [UInt8], _ git: LocalGit) throws -> String {
    try git.write(String(decoding: content, as: UTF8.self), to: "plain")
    return try git("hash-object", "--no-filters", "plain")
  }
}

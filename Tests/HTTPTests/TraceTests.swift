import Foundation
import Testing

@testable import HTTP

@Suite struct TraceTests {
  @Test(arguments: [nil, "", "0", "false", "3", "5", "relative/path", "/nowhere/at/all/file"])
  func `no trace`(_ value: String?) {
    #expect(!Trace(value).isOn)
  }

  @Test(arguments: ["1", "2", "true", "TRUE"]) func `a trace on standard error`(_ value: String) {
    #expect(Trace(value).isOn)
  }

  @Test func `a whole path is a file to which lines are added`() throws {
    let path = FileManager.default.temporaryDirectory.path + "/lfsfetch-trace-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for text in ["one\u{1b}[2J", "two"] { Trace(path).say(text) }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    let form = try Regex(#"^\d\d:\d\d:\d\d\.\d{6} trace lfsfetch: one\\u\{1b\}\[2J$"#)
    #expect(lines[0].contains(form), "\(lines[0])")
    #expect(lines[1].hasSuffix(" trace lfsfetch: two"))
  }

  static let headers: [(String, told: String)] = [
    ("GET /a/b?X-Amz-Signature=secret HTTP/1.1", "GET /a/b?… HTTP/1.1"),
    ("HTTP/1.1 302 Found", "HTTP/1.1 302 Found"),
    ("Location: https://host/a?token=secret", "Location: https://host/a?…"),
    ("Authorization: Basic secret", "Authorization: Basic * * * * *"),
    ("authorization: secret", "authorization: * * * * *"),
    ("Proxy-Authorization: Bearer secret", "Proxy-Authorization: Bearer * * * * *"),
    ("Cookie: a=secret", "Cookie: * * * * *"), ("Set-Cookie: a=secret", "Set-Cookie: * * * * *"),
    ("PRIVATE-TOKEN: secret", "PRIVATE-TOKEN: * * * * *"), ("X-Api-Key: secret", "X-Api-Key: * * * * *"),
    ("WWW-Authenticate: Basic realm=\"x\"", "WWW-Authenticate: Basic realm=\"x\""),
    ("Content-Range: bytes 0-4/5", "Content-Range: bytes 0-4/5"), ("X-Foo: bar", "X-Foo: bar"),
  ]

  @Test(arguments: headers) func `headers are told without what lets anybody in`(_ line: String, told: String) {
    #expect(Trace.redacted(line) == told)
  }
}

import Fixtures
import Foundation
import Testing

/// A secret that can be told from all else, and the search for it in what was said, written, and asked of hosts that it is
/// not for.
enum MarkedSecret {
  static let text = "s3cr3t-M4RK"
  /// The forms in which it travels.
  static let marks =
    [text]
    + ["alice", "x-access-token", "user", "oauth2", ""].map { user in
      // Without its end, which depends on what follows.
      String(Data("\(user):\(text)".utf8).base64EncodedString().dropLast(4))
    }

  /// Whether a request gives it to its host.
  static func isGiven(by request: FaultServer.Request) -> Bool {
    marks.contains { request.headers["Authorization"]?.contains($0) == true }
  }

  /// 401 to those who do not give it.
  static let door = FaultServer.Fault.status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""])
    .when { !isGiven(by: $0) }

  static func expectNone(in text: String, _ place: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for mark in marks where text.contains(mark) {
      Issue.record("\(place) has `\(mark)`: \(text)", sourceLocation: sourceLocation)
    }
  }

  static func expectNone(
    in run: Launch.Outcome, of words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectNone(in: run.output, "stdout of \(words)", sourceLocation: sourceLocation)
    expectNone(in: run.errors, "stderr of \(words)", sourceLocation: sourceLocation)
  }

  /// In the names of all files and in what they hold, but for those that hold it by right.
  static func expectNone(
    inFilesOf sandbox: Sandbox, but isRightful: (String) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for name in FileTree.paths(in: sandbox.folder) where !isRightful(name) {
      expectNone(in: name, "a name", sourceLocation: sourceLocation)
      let text = String(decoding: bytes(sandbox.folder + "/" + name) ?? Data(), as: UTF8.self)
      expectNone(in: text, name, sourceLocation: sourceLocation)
    }
  }

  /// In all that reached a host that it is not for.
  static func expectNone(inRequestsTo other: FaultServer, sourceLocation: SourceLocation = #_sourceLocation) {
    for request in other.requests() {
      let fields = request.headers.fields.map { "\($0.name): \($0.value)" }
      expectNone(
        in: ([request.path, request.query ?? ""] + fields).joined(separator: "\n"), "another host",
        sourceLocation: sourceLocation)
      expectNone(in: String(decoding: request.body, as: UTF8.self), "another host", sourceLocation: sourceLocation)
    }
  }
}

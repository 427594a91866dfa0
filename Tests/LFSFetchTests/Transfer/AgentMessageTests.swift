import JSON
import Testing

@testable import LFSFetch

/// The lines of the protocol of transfer agents.
@Suite struct AgentMessageTests {
  private let transfer = Transfer(oid: digest("1"), size: 10, name: "x", sources: [])

  @Test func `what an agent is told, to the letter`() {
    func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }
    #expect(
      text(AgentMessage.begin(remote: "origin", isConcurrent: true, processes: 3))
        == #"{"event":"init","operation":"download","remote":"origin","concurrent":true,"concurrenttransfers":3}"#
        + "\n")
    #expect(
      text(AgentMessage.download(transfer, action: nil))
        == #"{"event":"download","oid":"\#(digest("1"))","size":10,"action":null}"# + "\n")
    #expect(
      text(AgentMessage.download(transfer, action: #"{"href":"s3://x\u001b"}"#)).hasSuffix(
        #""action":{"href":"s3://x\u001b"}}"# + "\n"))
    #expect(text(AgentMessage.end) == "{\"event\":\"terminate\"}\n")
  }

  @Test(arguments: [
    ("{}", AgentMessage.ready), (#"{"unknown": 1}"#, .ready), (#"{"error": null}"#, .ready),
    (#"{"event": "progress", "oid": "a", "bytesSoFar": 5, "bytesSinceLast": 2}"#, .progress(oid: "a", bytes: 5)),
    (#"{"event": "complete", "oid": "a", "path": "/x"}"#, .complete(oid: "a", path: "/x")),
    (
      #"{"event": "complete", "oid": "a", "error": {"code": 2, "message": "b\u001b"}}"#,
      .failed(oid: "a", code: 2, message: "b\\u{1b}")
    ),
    (#"{"error": {}}"#, .failed(oid: nil, code: 0, message: "")),
  ])
  func `what an agent says`(_ line: String, _ message: AgentMessage) throws {
    #expect(try AgentMessage(parsing: Array(line.utf8)) == message)
  }

  @Test(arguments: [
    "", "x", "[]", "\"x\"", #"{"event": "complete", "oid": "a"}"#, #"{"event": "bogus"}"#, #"{"event": 1}"#,
    #"{"event": "progress", "bytesSoFar": "x"}"#, #"{"error": "no object"}"#,
  ])
  func `what is no message`(_ line: String) {
    if line.contains("no object") {
      #expect((try? AgentMessage(parsing: Array(line.utf8))) == .failed(oid: nil, code: 0, message: ""))
    } else {
      #expect(throws: JSONError.self) { try AgentMessage(parsing: Array(line.utf8)) }
    }
  }
}

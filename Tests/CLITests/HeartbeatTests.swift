import LFSFetch
import Testing

@testable import CLI

struct HeartbeatTests {
  @Test func aLineComesEveryFiveSecondsWhileSomethingIsDownloading() {
    var state = ProgressStateTests.make([
      .planned(objects: 1, bytes: 100_000_000, reused: 0),
      .objectStarted(object: "a", name: "a", bytes: 100_000_000, resumed: 0),
    ])
    state.apply(.objectProgress(object: "a", received: 8_000_000), at: .seconds(5))
    var heartbeat = Heartbeat()
    #expect(heartbeat.line(for: state, at: .milliseconds(4900)) == nil)
    #expect(heartbeat.line(for: state, at: .seconds(5)) == "8.0 MB of 100.0 MB (8%), 2.0 MB/s, 0:46 left")
    #expect(heartbeat.line(for: state, at: .milliseconds(9900)) == nil)
    #expect(heartbeat.line(for: state, at: .seconds(30)) == "8.0 MB of 100.0 MB (8%), 0 B/s")
    state.apply(.objectFinished(object: "a"), at: .seconds(31))
    #expect(heartbeat.line(for: state, at: .seconds(60)) == nil)
  }

  @Test func aSlowHostIsNamed() {
    let state = ProgressStateTests.make([.resolving(model: "a", source: "https://example.com/\u{7}")])
    var heartbeat = Heartbeat()
    #expect(heartbeat.line(for: state, at: .seconds(1)) == nil)
    #expect(heartbeat.line(for: state, at: .seconds(5)) == "asking https://example.com/\\u{7}")
  }
}

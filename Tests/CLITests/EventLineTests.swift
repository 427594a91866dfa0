import Testing

@testable import CLI
@testable import LFSFetch

struct EventLineTests {
  static let events: [(ProgressEvent, String)] = [
    (
      .layerFetched(source: "https://example.com/m.json", revision: "sha256=ab"),
      #"{"event":"layer-fetched","source":"https://example.com/m.json","revision":"sha256=ab"}"#
    ),
    (
      .variantChosen(model: "m", variant: "q8", reason: "it fits"),
      #"{"event":"variant-chosen","model":"m","variant":"q8","reason":"it fits"}"#
    ),
    (
      .resolving(model: "fast", source: "https://example.com/a"),
      #"{"event":"resolving","model":"fast","source":"https://example.com/a"}"#
    ),
    (
      .resolved(model: "fast", revision: "826ea84a", files: 2),
      #"{"event":"resolved","model":"fast","revision":"826ea84a","files":2}"#
    ),
    (
      .planned(objects: 2, bytes: 9_000_000_000, reused: 5),
      #"{"event":"planned","objects":2,"bytes":9000000000,"reused":5}"#
    ),
    (
      .objectStarted(object: "b8a3", name: "pretrained/mt3.pth", bytes: 10, resumed: 4),
      #"{"event":"object-started","object":"b8a3","name":"pretrained/mt3.pth","bytes":10,"resumed":4}"#
    ),
    (
      .objectProgress(object: "b8a3", received: 7),
      #"{"event":"object-progress","object":"b8a3","received":7}"#
    ),
    (.objectFinished(object: "b8a3"), #"{"event":"object-finished","object":"b8a3"}"#),
    (
      .warning("odd \"name\"\n\u{1B}[2J"),
      #"{"event":"warning","message":"odd \"name\"\n\u001b[2J"}"#
    ),
    (.modelFinished(model: "fast", path: "/c/ä"), #"{"event":"model-finished","model":"fast","path":"/c/ä"}"#),
    (
      .modelFailed(
        model: "fast", error: FetchError(.network, "cannot ask", causes: ["timed out"], hint: "try again")),
      #"{"event":"model-failed","model":"fast","error":{"code":"network","message":"cannot ask","#
        + #""causes":["timed out"],"hint":"try again"}}"#
    ),
    (
      .finished(downloaded: 6, reused: 4, seconds: 1.5),
      #"{"event":"finished","downloaded":6,"reused":4,"seconds":1.500}"#
    ),
  ]

  @Test(arguments: events)
  func anEventIsAnObjectOnALine(event: ProgressEvent, line: String) {
    #expect(EventLine.event(event) == line)
  }

  @Test func aFailureOfTheCommandHasItsStatus() {
    #expect(
      EventLine.failure(FetchError(.usage, "no"), .usage)
        == #"{"event":"error","status":2,"error":{"code":"usage","message":"no","causes":[]}}"#)
  }

  @Test func theResultNamesEveryRequestInOrder() {
    let model = FetchedModel(model: "mr_mt3", path: "/c/a", commit: nil, files: 2, bytes: 5)
    #expect(
      EventLine.result([("fast", .success(model)), ("gone", .failure(FetchError(.notFound, "no")))], .failed)
        == #"{"event":"result","status":1,"models":["#
        + #"{"name":"fast","model":"mr_mt3","path":"/c/a","files":2,"bytes":5},"#
        + #"{"name":"gone","error":{"code":"notFound","message":"no","causes":[]}}]}"#)
  }
}

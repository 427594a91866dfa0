import LFSFetch
import Testing

@testable import CLI

struct ProgressStateTests {
  /// A state that has seen the events, one a second.
  static func make(_ events: [ProgressEvent]) -> ProgressState {
    var state = ProgressState()
    for (second, event) in events.enumerated() { state.apply(event, at: .seconds(second)) }
    return state
  }

  /// Whether the plan counts what is left of an interrupted download, or only whole objects.
  @Test(arguments: [Int64(40), 30])
  func reusedAndResumedBytesCountFromTheStart(reused: Int64) {
    var state = Self.make([
      .planned(objects: 2, bytes: 100, reused: reused),
      .objectStarted(object: "a", name: "a", bytes: 70, resumed: 10),
    ])
    #expect(state.doneBytes == 40)
    state.apply(.objectProgress(object: "a", received: 45), at: .seconds(3))
    #expect(state.doneBytes == 75)
    #expect(state.percent == 75)
    #expect(state.activeObjects.map(\.percent) == [64])
    state.apply(.objectFinished(object: "a"), at: .seconds(4))
    #expect(state.percent == 100)
  }

  @Test func aFinishedObjectIsWholeAndLeavesTheList() {
    let state = Self.make([
      .planned(objects: 1, bytes: 100, reused: 0),
      .objectStarted(object: "a", name: "a", bytes: 100, resumed: 0),
      .objectProgress(object: "a", received: 30), .objectFinished(object: "a"),
    ])
    #expect(state.doneBytes == 100)
    #expect(state.activeObjects.isEmpty)
  }

  @Test func anObjectThatStartsOverKeepsItsCountUntilItIsPassed() {
    var state = Self.make([
      .planned(objects: 1, bytes: 100, reused: 0),
      .objectStarted(object: "a", name: "a", bytes: 100, resumed: 0), .objectProgress(object: "a", received: 80),
      .objectProgress(object: "a", received: 0), .objectStarted(object: "a", name: "a", bytes: 100, resumed: 0),
      .objectProgress(object: "a", received: 50),
    ])
    #expect(state.activeObjects.map(\.received) == [80])
    state.apply(.objectProgress(object: "a", received: 90), at: .seconds(9))
    #expect(state.doneBytes == 90)
  }

  @Test func theTimeLeftFollowsFromTheSpeed() {
    let state = Self.make([
      .planned(objects: 1, bytes: 1000, reused: 0),
      .objectStarted(object: "a", name: "a", bytes: 1000, resumed: 0), .objectProgress(object: "a", received: 100),
      .objectProgress(object: "a", received: 200),
    ])
    #expect(state.speed(at: .seconds(3)) == 100)
    #expect(state.secondsLeft(at: .seconds(3)) == 8)
    #expect(state.secondsLeft(at: .seconds(60)) == nil)
  }

  @Test func aNameThatWasResolvedOrFailedIsAskedNoMore() {
    let state = Self.make([
      .resolving(model: "a", source: "A"), .resolving(model: "b", source: "B"), .resolving(model: "c", source: "C"),
      .resolved(model: "a", revision: "1", files: 1), .modelFailed(model: "c", error: FetchError(.network, "no")),
    ])
    #expect(state.resolving.map(\.source) == ["B"])
  }

  @Test(arguments: [UInt64](1...20))
  func nothingGoesBackwardsWhateverHappens(seed: UInt64) {
    var random = Seeded(state: seed)
    var state = ProgressState()
    state.apply(.planned(objects: 5, bytes: 500, reused: 20), at: .zero)
    var done = state.doneBytes
    var percent = 0
    for step in 1...400 {
      let object = ["a", "b", "c", "d", "e"].randomElement(using: &random)!
      let bytes = Int64.random(in: -10...150, using: &random)
      let event: ProgressEvent =
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2:
          .objectStarted(
            object: object, name: object, bytes: 100, resumed: Int64.random(in: 0...50, using: &random))
        case 3: .objectFinished(object: object)
        case 4: .planned(objects: 5, bytes: 500, reused: Int64.random(in: 0...40, using: &random))
        default: .objectProgress(object: object, received: bytes)
        }
      state.apply(event, at: .milliseconds(step * 40))
      #expect(state.doneBytes >= done && state.doneBytes <= 500)
      #expect((state.percent ?? 0) >= percent)
      done = state.doneBytes
      percent = state.percent ?? 0
    }
  }

  /// The same numbers in every run, so that a failure can be repeated.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }
}

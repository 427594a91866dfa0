import Foundation
import LFSFetch
import Testing

@testable import CLI

struct ProgressDisplayTests {
  /// What a display of the manner has written when it was closed.
  private func output(
    _ manner: ProgressDisplay.Manner, _ events: [ProgressEvent], summingUp: Bool = true
  ) throws -> String {
    let pipe = Pipe()
    let display = ProgressDisplay(Console(errors: pipe.fileHandleForWriting.fileDescriptor), manner: manner)
    events.forEach(display.receive)
    display.close(summingUp: summingUp)
    display.close(summingUp: true)
    try pipe.fileHandleForWriting.close()
    return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  static let events: [ProgressEvent] = [
    .warning("slow"), .finished(downloaded: 183_672_643, reused: 466, seconds: 12.34),
  ]

  @Test(arguments: [ProgressDisplay.Manner.live, .heartbeat])
  func theLastLineSumsUp(manner: ProgressDisplay.Manner) throws {
    #expect(
      try output(manner, Self.events) == "warning: slow\ndownloaded 183.7 MB, reused 466 B, in 12.3 s\n")
  }

  @Test func nothingIsSummedUpWhenNothingWasDone() throws {
    #expect(try output(.heartbeat, Self.events, summingUp: false) == "warning: slow\n")
  }

  @Test func silenceIsKept() throws {
    #expect(try output(.silent, Self.events) == "")
  }

  @Test func anInterruptedRunTellsHowToGoOn() {
    let display = ProgressDisplay(Console(), manner: .heartbeat)
    #expect(display.interruptionText() == "interrupted; run the same command again to go on from there\n")
    display.receive(.planned(objects: 0, bytes: 0, reused: 0))
    #expect(display.interruptionText() == "interrupted; run the same command again to go on from there\n")
    display.receive(.planned(objects: 1, bytes: 2_000_000, reused: 500_000))
    #expect(
      display.interruptionText()
        == "interrupted: 500.0 kB of 2.0 MB are here; run the same command again to go on from there\n")
  }
}

import Foundation
import Testing

@testable import Files

/// Whether a process lives.
struct ProcessIdentityTests {
  private let own = ProcessIdentity.own

  @Test func thisProcessLives() throws {
    #expect(own.number == getpid())
    #expect(own.machine != nil)
    #expect(own.life == .alive)
    #expect(ProcessIdentity(parsing: own.text) == own)
  }

  @Test(arguments: ["", "a.1", "a.1.2.3", "a.x.1", "a.1.x", ".1.2", "a.0.1", "a.-1.1", "a.1.-1"])
  func otherTextNamesNoProcess(_ text: String) {
    #expect(ProcessIdentity(parsing: text) == nil)
  }

  @Test func aMachineThatIsNotKnownIsNobodys() {
    let unknown = ProcessIdentity(machine: nil, number: getpid(), started: own.started)
    #expect(unknown.life == .unknown)
    #expect(ProcessIdentity(parsing: unknown.text) == unknown)
  }

  @Test func onAnotherMachineTheSameNumberSaysNothing() {
    #expect(ProcessIdentity(machine: "other", number: own.number, started: own.started).life == .unknown)
  }

  @Test func anotherProcessWithTheSameNumberIsNotIt() {
    #expect(ProcessIdentity(machine: own.machine, number: own.number, started: own.started + 1).life == .gone)
    #expect(ProcessIdentity(machine: own.machine, number: .max, started: own.started).life == .gone)
  }

  @Test func aProcessIsGoneWhenItIsKilledEvenIfItsParentTakesNoNotice() throws {
    var number = pid_t()
    var arguments = [strdup("sleep"), strdup("100"), nil]
    defer { for argument in arguments { free(argument) } }
    try #require(posix_spawnp(&number, "sleep", nil, nil, &arguments, environ) == 0)
    let process = ProcessIdentity(
      machine: own.machine, number: number, started: try #require(ProcessIdentity.startTime(of: number)))
    #expect(process.life == .alive)
    kill(number, SIGKILL)
    let start = ContinuousClock.now
    while process.life == .alive { try #require(ContinuousClock.now - start < .seconds(30)) }
    #expect(process.life == .gone)
    waitpid(number, nil, 0)
    #expect(process.life == .gone)
  }

  @Test func aBootHasOneNameWithoutDots() throws {
    let boot = try #require(currentBoot)
    #expect(!boot.isEmpty)
    #expect(!boot.contains { $0 == "." || $0 == "/" || $0.isWhitespace })
  }
}

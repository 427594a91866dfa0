import Testing

@testable import LFSFetch

@Suite struct ObjectIntakeTests {
  private let sources = [Source.folder("/objects")]

  private func object(_ byte: UInt8) -> LFSRepository.WantedObject {
    LFSRepository.WantedObject(oid: SHA256.hash([byte]), size: 1, name: "\(byte)")
  }

  private func names(_ intake: ObjectIntake) async -> [[String]] {
    var names: [[String]] = []
    for await transfers in intake.transfers { names.append(transfers.map(\.name)) }
    return names
  }

  @Test func `what was told before the run begins is passed when it does, and the rest as it comes`() async {
    let intake = ObjectIntake()
    intake.add([object(1)])
    intake.add([object(2)])
    intake.begin(from: sources)
    intake.add([object(3)])
    intake.end()
    #expect(await names(intake) == [["1", "2"], ["3"]])
    #expect(intake.objects == [object(1), object(2), object(3)])
  }

  @Test(arguments: [true, false])
  func `a run that fails waits until git has told all`(hasBegun: Bool) async {
    let intake = ObjectIntake()
    intake.add([object(1)])
    if hasBegun { intake.begin(from: sources) }
    async let drained: Void = intake.drain()
    intake.add([object(2)])
    intake.end()
    await drained
    #expect(intake.objects == [object(1), object(2)])
  }

  @Test func `nothing is lost when all is told before the run begins`() async {
    let intake = ObjectIntake()
    intake.add([object(1)])
    intake.end()
    intake.begin(from: sources)
    #expect(await names(intake) == [["1"]])
  }
}

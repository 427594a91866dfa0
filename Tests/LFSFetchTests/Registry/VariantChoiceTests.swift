import Testing

@testable import LFSFetch

/// Which variant `auto` means on which machine, and the reasons that are given.
@Suite struct VariantChoiceTests {
  private static let gigabyte: Int64 = 1_000_000_000
  private static let candidates = [
    VariantChoice.Candidate(name: "bf16", memory: 16 * gigabyte, needsAccelerator: true, download: 15 * gigabyte),
    VariantChoice.Candidate(name: "q8", memory: 9 * gigabyte, download: 8 * gigabyte),
    VariantChoice.Candidate(name: "q4", memory: 5_500_000_000, download: 4 * gigabyte),
  ]

  private static func machine(
    _ memory: Int64?, card: Int64?? = .none, disk: Int64? = 100
  ) -> Machine {
    let accelerator = card.map { Machine.Accelerator(name: "the card", memory: $0.map { $0 * gigabyte }) }
    return Machine(
      memory: memory.map { $0 * gigabyte }, accelerator: accelerator, disk: disk.map { $0 * gigabyte })
  }

  @Test(arguments: [
    (
      machine(64), "q8",
      "`bf16` needs an accelerator, and none is found; `q8` needs 9.0 GB, and 64.0 GB of memory are free"
    ),
    (machine(64, card: 24), "bf16", "`bf16` needs 16.0 GB, and 24.0 GB of the card are free, with the card"),
    (
      machine(64, card: 12), "q8",
      "`bf16` needs 16.0 GB, and 12.0 GB of the card are free; `q8` needs 9.0 GB, and 64.0 GB of memory are free"
    ),
    (
      machine(4, card: 12), "q8",
      "`bf16` needs 16.0 GB, and 12.0 GB of the card are free; `q8` needs 9.0 GB, and 12.0 GB of the card are free"
    ),
    // The memory of some cards is not known; then the main memory has to do.
    (machine(32, card: .some(nil)), "bf16", "`bf16` needs 16.0 GB, and 32.0 GB of memory are free, with the card"),
    (
      machine(7), "q4",
      "`bf16` needs an accelerator, and none is found; `q8` needs 9.0 GB, and 7.0 GB of memory are free; "
        + "`q4` needs 5.5 GB, and 7.0 GB of memory are free"
    ),
    (
      machine(64, card: 24, disk: 10), "q8",
      "`bf16` is a download of 15.0 GB, and 10.0 GB of disk are free; `q8` needs 9.0 GB, and 64.0 GB of memory are free"
    ),
    (
      machine(nil, card: .some(nil), disk: nil), "bf16",
      "`bf16` is the first that nothing speaks against; what it needs is not known"
    ),
  ])
  func `the first that fits`(machine: Machine, variant: String, reason: String) {
    let (choice, _) = VariantChoice.choose(among: Self.candidates, on: machine)
    #expect(choice == VariantChoice(variant: variant, reason: reason))
  }

  @Test func `where none fits, each has its reason`() {
    let (choice, objections) = VariantChoice.choose(among: Self.candidates, on: Self.machine(2))
    #expect(choice == nil)
    #expect(
      objections == [
        "`bf16` needs an accelerator, and none is found", "`q8` needs 9.0 GB, and 2.0 GB of memory are free",
        "`q4` needs 5.5 GB, and 2.0 GB of memory are free",
      ])
  }
}

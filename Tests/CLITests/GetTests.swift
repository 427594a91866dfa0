import LFSFetch
import Testing

@testable import CLI

struct GetTests {
  /// Mistakes are found before a host is asked or a folder made.
  @Test(arguments: [
    (["fast", "--offline", "--refresh"], "`--offline` and `--refresh` exclude each other"),
    (["fast", "--link", "copy"], "`--link` says how files come into the folder of `--to`, which is missing"),
  ])
  func optionsThatContradictEachOtherAreRefused(words: [String], message: String) async throws {
    let arguments = try ArgumentParser.parse(words, for: Get.specification)
    let error = await #expect(throws: FetchError.self) { try await Get.run(arguments, Console()) }
    #expect(error?.code == .usage)
    #expect(error?.message == message)
  }

  @Test func everyLinkKindIsOffered() {
    guard case .choice(_, let words) = OptionSpecification.link.kind else {
      Issue.record("`--link` offers no choice")
      return
    }
    #expect(Set(words) == Set(LinkKind.allCases.map(\.rawValue)))
  }
}

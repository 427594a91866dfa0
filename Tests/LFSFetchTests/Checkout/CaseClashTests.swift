import Git
import Testing

@testable import LFSFetch

struct CaseClashTests {
  @Test(arguments: [
    (["a", "b"], []), (["README", "readme", "b"], [["README", "readme"]]),
    (["A/x", "a/X", "a/y"], [["A/x", "a/X"]]), (["a", "A/b", "A/c/d"], [["a", "A/b", "A/c/d"]]),
    (["gr\u{f6}\u{df}e", "gro\u{308}\u{df}e"], [["gr\u{f6}\u{df}e", "gro\u{308}\u{df}e"]]),
    (["a-b", "a/b"], []),
  ])
  func `paths that such a disk takes for one are found`(_ paths: [String], _ groups: [[String]]) throws {
    let found = CaseClash.candidates(among: try paths.map { try RepositoryPath(validating: $0) })
    #expect(found.map { $0.map(\.bytes) } == groups.map { $0.map { Array($0.utf8) } })
  }
}

import Testing

@testable import LFSFetch

/// How failures of many files are told.
@Suite struct FetchErrorCombinedTests {
  private func failure(_ name: String, _ cause: String = "refused", words: String? = nil) -> FetchError {
    var error = FetchError(.network, "cannot download `\(name)`", causes: [cause], hint: "try again")
    error.wordsOfGitLFS = words
    return error
  }

  private func bare(_ message: String) -> FetchError { FetchError(.network, message) }

  @Test func `one stays as it is`() {
    #expect(FetchError.combined([]) == [])
    #expect(FetchError.combined([failure("a")]) == [failure("a")])
  }

  @Test func `one reason is told once, behind the names`() {
    #expect(
      FetchError.combined([failure("a"), failure("x", "lost"), failure("b"), failure("c")])
        == [bare("cannot download `a`"), bare("cannot download `b`"), failure("c"), failure("x", "lost")])
  }

  @Test func `what fails all alike is one failure`() {
    #expect(FetchError.combined([failure("a"), failure("a"), failure("a")]) == [failure("a")])
  }

  @Test(arguments: [(10, nil), (11, 1), (5_000, 4_990)] as [(Int, Int?)])
  func `of very many some are named`(_ count: Int, _ others: Int?) {
    let told = FetchError.combined((1...count).map { failure("\($0)") })
    let more = others.map {
      [bare("the same of \($0) more; `lfsfetch ls-files` marks files without their content by `-`")]
    }
    #expect(told == (1...9).map { bare("cannot download `\($0)`") } + (more ?? []) + [failure("\(count)")])
  }

  @Test func `what git-lfs says of each object is said of each`() {
    let failures = ["a", "b"].map { failure($0, words: "[\($0)] Object does not exist on the server\nmore") }
    #expect(FetchError.combined(failures) == failures)
    let alike = ["a", "b"].map { failure($0, words: "batch response: no\nerror: \($0)") }
    #expect(FetchError.combined(alike) == [bare("cannot download `a`"), alike[1]])
  }
}

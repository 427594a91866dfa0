import Git
import Testing

@testable import LFSFetch

/// What git tells its hooks, as values.
@Suite struct ArrivalTests {
  private static let (none, one, two, three) = (
    String(repeating: "0", count: 40), String(repeating: "1", count: 40), String(repeating: "2", count: 40),
    String(repeating: "3", count: 40)
  )

  private func id(_ hex: String) throws -> ObjectID { try #require(ObjectID(hex: hex)) }

  @Test func `a branch was checked out`() throws {
    #expect(try Arrival.checkout([Self.one, Self.two, "1"]) == .checkout(from: id(Self.one), to: id(Self.two)))
    #expect(try Arrival.checkout([Self.none, Self.two, "1"]) == .checkout(from: nil, to: id(Self.two)))
  }

  @Test(arguments: [[one, two, "0"], [one, one, "1"], [one, none, "1"]])
  func `nothing came of another commit`(_ words: [String]) throws {
    #expect(try Arrival.checkout(words) == nil)
  }

  @Test func `a call that is not git's`() {
    #expect(
      throws: FetchError(.usage, "git gives the hook `post-checkout` three arguments, but got 1")
    ) { try Arrival.checkout(["1"]) }
  }

  @Test func `a merge, and a rebase`() throws {
    #expect(Arrival.merge(["0"]) == .merge(isSquash: false))
    #expect(Arrival.merge(["1"]) == .merge(isSquash: true))
    #expect(Arrival.rewrite(["amend"], ["\(Self.one) \(Self.two)"]) == nil)
    // Two commits that became one, and one more.
    let lines = [
      "\(Self.none) \(Self.one)", "\(Self.one) \(Self.two)", "\(Self.two) \(Self.two)", "\(Self.one) \(Self.three)",
    ]
    #expect(try Arrival.rewrite(["rebase"], lines) == .rebase([id(Self.two), id(Self.three)]))
    #expect(Arrival.rewrite(["rebase"], []) == .rebase([]))
  }

  @Test func `references that are pushed`() throws {
    let line = try #require(PushedReference(":/fix the bug \(Self.one) refs/heads/x \(Self.none)"))
    #expect(try line.local == id(Self.one))
    #expect(line.remoteName == "refs/heads/x")
    #expect(line.remote == nil)
    #expect(PushedReference("(delete) \(Self.none) refs/heads/x \(Self.two)")?.local == nil)
    #expect(PushedReference("rubbish") == nil)
  }

  @Test func `references that were received`() throws {
    let line = try #require(ReceivedReference("\(Self.none) \(Self.one) refs/heads/x"))
    #expect(line.old == nil)
    #expect(try line.new == id(Self.one))
    #expect(line.name == "refs/heads/x")
    #expect(ReceivedReference("\(Self.one) refs/heads/x") == nil)
  }
}

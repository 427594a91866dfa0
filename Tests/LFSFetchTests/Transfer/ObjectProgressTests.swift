import Testing

@testable import LFSFetch

@Suite struct ObjectProgressTests {
  @Test func `never smaller than before, never more than there is`() {
    let progress = ObjectProgress()
    #expect(progress.advance(limit: 100) == nil)
    progress.keep(40)
    #expect(progress.advance(limit: 100) == 40)
    #expect(progress.advance(limit: 100) == nil)
    progress.keep(-30)  // a chunk broke off
    #expect(progress.advance(limit: 100) == nil)
    progress.keep(20)
    #expect(progress.advance(limit: 100) == nil)
    progress.keep(20)
    #expect(progress.advance(limit: 100) == 50)
    progress.keep(500)
    #expect(progress.advance(limit: 100) == 100)
    #expect(progress.advance(limit: 100) == nil)
  }

  @Test func `what came over the network is counted, wasted or not`() {
    let progress = ObjectProgress()
    progress.arrive(40)
    progress.keep(40)
    progress.keep(-40)
    progress.arrive(2)
    #expect(progress.downloaded == 42)
  }
}

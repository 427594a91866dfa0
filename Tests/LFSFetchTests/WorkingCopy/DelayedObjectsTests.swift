import Testing

@testable import LFSFetch

@Suite struct DelayedObjectsTests {
  private let one = SHA256.hash([1])
  private let two = SHA256.hash([2])
  private let failure = FetchError(.notFound, "gone")

  private func wanted(_ oid: SHA256Digest) -> LFSRepository.WantedObject {
    LFSRepository.WantedObject(oid: oid, size: 1, name: "x")
  }

  private func outcomes(_ settled: [SHA256Digest: Result<Void, FetchError>]) -> [SHA256Digest: FetchError?] {
    settled.mapValues { if case .failure(let error) = $0 { error } else { nil } }
  }

  @Test func `each object is told once, when it is there or cannot be had`() {
    let objects = DelayedObjects()
    objects.expect([one, two])
    objects.receive(.objectFinished(object: one.hex))
    #expect(outcomes(objects.take()) == [one: nil])
    objects.end([wanted(one), wanted(two)], [two: failure])
    #expect(outcomes(objects.take()) == [two: failure])
    #expect(objects.take().isEmpty)
  }

  @Test func `the end of one run says nothing of what another is still fetching`() {
    let objects = DelayedObjects()
    objects.expect([one])
    objects.receive(.objectFinished(object: one.hex))
    objects.expect([two])
    objects.end([wanted(one)], [:])
    #expect(outcomes(objects.take()) == [one: nil])
    objects.end([wanted(two)], [two: failure])
    #expect(outcomes(objects.take()) == [two: failure])
  }

  @Test func `what nobody waits for is no news`() {
    let objects = DelayedObjects()
    objects.receive(.objectFinished(object: one.hex))
    objects.receive(.warning("x"))
    #expect(objects.take().isEmpty)
  }
}

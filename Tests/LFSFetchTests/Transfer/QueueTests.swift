import Testing

@testable import LFSFetch

@Suite struct QueueTests {
  @Test func `first in, first out`() {
    var queue = Queue<Int>()
    #expect(queue.popFirst() == nil)
    #expect(queue.first == nil)
    queue.append(1)
    queue.append(2)
    #expect(queue.first == 1)
    #expect(queue.count == 2)
    #expect(queue.popFirst() == 1)
    queue.append(3)
    #expect([queue.popFirst(), queue.popFirst(), queue.popFirst()] == [2, 3, nil])
    #expect(queue.isEmpty)
  }

  @Test func `many, in and out`() {
    var queue = Queue<Int>()
    var (next, expected) = (0, 0)
    for round in 0..<5000 {
      for _ in 0..<(round % 7) {
        queue.append(next)
        next += 1
      }
      for _ in 0..<(round % 5) where !queue.isEmpty {
        #expect(queue.popFirst() == expected)
        expected += 1
      }
      #expect(queue.count == next - expected)
    }
    while let element = queue.popFirst() {
      #expect(element == expected)
      expected += 1
    }
    #expect(expected == next)
  }
}

/// Which chunks of an object have been proven, where a lock has their hashes: each is looked at as soon as all of it has
/// come and nobody writes to it any more.
///
/// The chunks of a lock are rows of the download's own, which are called parts here.
struct Arrivals {
  private enum State { case missing, waiting, proven }

  let hashes: ChunkHashes
  private let partsOfEach: Int
  private let parts: Int
  private var states: [State]
  private var queue: [Int] = []
  private var provenCount = 0
  private var provenPrefix = 0
  private var faults: [Int: Int] = [:]
  /// Those of which an earlier run of the program had left something.
  private var inherited: Set<Int> = []

  /// nil when a journal of another version cuts the object so that the chunks do not fit onto each other.
  init?(_ hashes: ChunkHashes, of partial: PartialObject) {
    let layout = partial.layout
    guard layout.size == hashes.layout.size, hashes.layout.chunkSize % layout.chunkSize == 0 else { return nil }
    self.hashes = hashes
    partsOfEach = Int(hashes.layout.chunkSize / layout.chunkSize)
    parts = layout.count
    states = Array(repeating: .missing, count: hashes.layout.count)
    for part in 0..<parts where partial.isStarted(part) { inherited.insert(part / partsOfEach) }
  }

  func parts(of chunk: Int) -> Range<Int> { chunk * partsOfEach..<min((chunk + 1) * partsOfEach, parts) }

  var isProven: Bool { provenCount == states.count }

  /// Bytes from the beginning that are proven without a gap.
  var provenBytes: Int64 { min(Int64(provenPrefix) * hashes.layout.chunkSize, hashes.layout.size) }

  /// Of the chunks that have one of these parts, those that have come wait to be looked at from now on.
  mutating func notice(_ changed: Range<Int>, isFinal: (Int) -> Bool) {
    guard !changed.isEmpty else { return }
    for chunk in changed.lowerBound / partsOfEach...(changed.upperBound - 1) / partsOfEach
    where states[chunk] == .missing && parts(of: chunk).allSatisfy(isFinal) {
      states[chunk] = .waiting
      queue.append(chunk)
    }
  }

  mutating func next() -> Int? { queue.isEmpty ? nil : queue.removeFirst() }

  mutating func prove(_ chunk: Int) {
    states[chunk] = .proven
    provenCount += 1
    while provenPrefix < states.count, states[provenPrefix] == .proven { provenPrefix += 1 }
  }

  /// The chunk is wrong; returns how often it has been, and whether an earlier run had left a part of it.
  mutating func refute(_ chunk: Int) -> (times: Int, wasInherited: Bool) {
    states[chunk] = .missing
    let wasInherited = inherited.remove(chunk) != nil
    if !wasInherited { faults[chunk, default: 0] += 1 }
    return (faults[chunk] ?? 0, wasInherited)
  }
}

/// The search for the wrong chunks of an object whose bytes are all there and do not have its SHA-256: each chunk is
/// fetched once more, from another source when there is one, and put in place of the first when it differs. The whole
/// is hashed as soon as that may have mended it, so that mostly a part is enough.
struct SearchForWrongChunks {
  /// Chunks that have not been compared with the present source.
  var pending: ChunkSet
  private(set) var replaced: [Int] = []
  /// How many had been replaced when the whole was hashed last.
  private var replacedAtLastHash = 0
  /// The whole is being hashed, or will be when the comparisons under way are over.
  private(set) var isHashing = false

  init(chunks: Int) { pending = Self.all(chunks) }

  var isComparing: Bool { !isHashing && !pending.isEmpty }

  mutating func replace(_ chunk: Int) { replaced.append(chunk) }

  /// Hashing costs less than fetching; but not if there is a wrong chunk everywhere.
  private var isWorthHashing: Bool {
    replaced.count > replacedAtLastHash
      && (pending.isEmpty || replaced.count <= 8 || replaced.count & (replaced.count - 1) == 0)
  }

  /// Whether the whole is to be hashed now; `isAlone` when no comparison is under way.
  mutating func beginsHashing(isAlone: Bool) -> Bool {
    if isWorthHashing { isHashing = true }
    return isHashing && isAlone
  }

  /// The whole still has another hash.
  mutating func hashWasWrong() {
    isHashing = false
    replacedAtLastHash = replaced.count
  }

  /// Begins again with another source.
  mutating func restart(chunks: Int) {
    pending = Self.all(chunks)
  }

  private static func all(_ count: Int) -> ChunkSet {
    var set = ChunkSet()
    set.insert(0..<count)
    return set
  }
}

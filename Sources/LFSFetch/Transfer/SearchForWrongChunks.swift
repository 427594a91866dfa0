/// The search for the wrong chunks of an object whose bytes are all there and do not have its SHA-256: each chunk is
/// fetched once more, from another source when there is one, and put in place of the first when it differs. The whole
/// is hashed as soon as that may have mended it, so that mostly a part is enough.
///
/// Two sources may be wrong in different places. Then some replacements were right and some wrong, and the whole need
/// never have been right. So in the end the chunks that were replaced are taken from the first source again, one after
/// the other, and then from the second: the whole is right once, if all of one's mistakes come before those of the
/// other.
struct SearchForWrongChunks {
  /// The source of the bytes that were found to be wrong.
  let suspect: Source?
  /// Chunks that have not been compared with the present source.
  var pending: ChunkSet
  /// The chunks that were replaced, with the index of the source whose bytes were last put out: when the whole is right,
  /// those were wrong. nil stands for an earlier run.
  private(set) var replaced: [Int: Int?] = [:]
  private var replacements = 0
  /// How many had been replaced when the whole was hashed last.
  private var replacedAtLastHash = 0
  /// The whole is being hashed, or will be when the comparisons under way are over.
  private(set) var isHashing = false

  /// From which sources the replaced chunks are still to be taken; nil before the first.
  private var swaps: [Source]?

  init(chunks: Int, suspect: Source?) {
    self.suspect = suspect
    pending = Self.all(chunks)
  }

  var isComparing: Bool { !isHashing && !pending.isEmpty }

  mutating func replace(_ chunk: Int, of giver: Int?) {
    replaced[chunk] = .some(giver)
    replacements += 1
  }

  /// Hashing costs less than fetching; but not if there is a wrong chunk everywhere.
  private var isWorthHashing: Bool {
    replacements > replacedAtLastHash
      && (pending.isEmpty || replacements <= 8 || replacements & (replacements - 1) == 0)
  }

  /// Whether the whole is to be hashed now; `isAlone` when no comparison is under way.
  mutating func beginsHashing(isAlone: Bool) -> Bool {
    if isWorthHashing { isHashing = true }
    return isHashing && isAlone
  }

  /// The whole still has another hash.
  mutating func hashWasWrong() {
    isHashing = false
    replacedAtLastHash = replacements
  }

  /// Begins again with another source.
  mutating func restart(chunks: Int) {
    pending = Self.all(chunks)
  }

  /// One chunk at a time, because the whole is hashed after each.
  var isSwapping: Bool { swaps != nil }

  /// Where to take the replaced chunks from, now that `last` has been compared with and there is no other source; nil
  /// when there is no more use in it.
  mutating func swap(after last: Source) -> Source? {
    guard let suspect, !replaced.isEmpty else { return nil }
    var sources = swaps ?? [suspect, last]
    guard !sources.isEmpty else { return nil }
    let next = sources.removeFirst()
    swaps = sources
    (replacements, replacedAtLastHash) = (0, 0)
    pending.removeAll()
    for chunk in replaced.keys { pending.insert(chunk..<chunk + 1) }
    return next
  }

  private static func all(_ count: Int) -> ChunkSet {
    var set = ChunkSet()
    set.insert(0..<count)
    return set
  }
}

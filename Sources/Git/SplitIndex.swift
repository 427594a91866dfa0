import Text

/// An index of two files: one that many writes share, and one that says which entries of the first are deleted, which
/// are replaced, and which come besides. Both become one here, as git itself would write it without the split.
///
/// https://git-scm.com/docs/gitformat-index#_split_index
struct SplitIndex {
  /// The bytes and the entries of a file.
  typealias Part = (bytes: [UInt8], entries: [GitIndex.Entry])

  /// The bytes of the `link` extension: the name of the shared file, and the bitmaps of what became of its entries.
  let link: ArraySlice<UInt8>

  /// nil where all entries are in the one file after all.
  func nameOfShared() throws(GitError) -> ObjectID? {
    guard let name = ObjectID(raw: link.prefix(ObjectID.byteCount)) else { throw .damagedIndex }
    return name.bytes.allSatisfy { $0 == 0 } ? nil : name
  }

  /// Every entry, in the order of the index.
  func merging(_ own: Part, into shared: Part) throws(GitError) -> [IndexWriter.Entry] {
    var bitmaps = link.dropFirst(ObjectID.byteCount)
    guard let deleted = EWAHBitmap.positions(from: &bitmaps, below: shared.entries.count),
      let replaced = EWAHBitmap.positions(from: &bitmaps, below: shared.entries.count),
      // The entries that replace others come first; their names are empty, since they are known.
      replaced.count <= own.entries.count, Set(deleted).isDisjoint(with: replaced),
      own.entries.prefix(replaced.count).allSatisfy({ $0.path.isEmpty }),
      own.entries.dropFirst(replaced.count).allSatisfy({ !$0.path.isEmpty })
    else { throw .damagedIndex }
    var kept: [IndexWriter.Entry?] = shared.entries.map { IndexWriter.Entry($0, in: shared.bytes) }
    for (position, entry) in zip(replaced, own.entries) {
      kept[position] = IndexWriter.Entry(entry, in: own.bytes, path: shared.entries[position].path)
    }
    for position in deleted { kept[position] = nil }
    let added = own.entries.dropFirst(replaced.count).map { IndexWriter.Entry($0, in: own.bytes) }
    return Self.merging(kept.compactMap { $0 }, added)
  }

  /// Both are in order. What comes besides takes the place of what is there under the same name.
  private static func merging(_ kept: [IndexWriter.Entry], _ added: [IndexWriter.Entry]) -> [IndexWriter.Entry] {
    var merged: [IndexWriter.Entry] = []
    merged.reserveCapacity(kept.count + added.count)
    var rest = kept[...]
    for entry in added {
      while let next = rest.first, next.precedes(entry) { merged.append(rest.removeFirst()) }
      if let next = rest.first, !entry.precedes(next) { rest.removeFirst() }
      merged.append(entry)
    }
    return merged + rest
  }
}

import Git

/// Paths that a disk which does not tell upper from lower case takes for one and the same. Git knows them apart; in
/// such a work tree only one of them can be.
enum CaseClashes {
  /// The groups, each in the order given; the first of a group is the one that stays.
  static func groups(among paths: [RepositoryPath]) -> [[RepositoryPath]] {
    var groups: [String: [RepositoryPath]] = [:]
    var order: [String] = []
    for path in paths {
      let folded = fold(path)
      if groups[folded] == nil { order.append(folded) }
      groups[folded, default: []].append(path)
    }
    // A file and a folder can clash, too: `a` and `A/b`.
    for folded in order {
      for end in folded.utf8.indices where folded.utf8[end] == UInt8(ascii: "/") {
        let above = String(folded[..<end])
        if groups[above] != nil, let inner = groups.removeValue(forKey: folded) {
          groups[above, default: []] += inner
          break
        }
      }
    }
    return order.compactMap { groups[$0] }.filter { $0.count > 1 }
  }

  private static func fold(_ path: RepositoryPath) -> String {
    // Also composed: such disks do not tell `é` from `e` with an accent either. The comparison of strings is by that.
    path.string.lowercased()
  }
}

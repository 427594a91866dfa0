/// Finds what the user may have meant when a word is not known.
package enum NearestName {
  /// "did you mean …?", or nil when no candidate is near enough to be worth a guess.
  package static func hint(for word: String, among candidates: [String], prefix: String = "") -> String? {
    let limit = max(1, word.count / 3)
    let near =
      candidates
      .map { (name: $0, distance: distance(word, $0)) }
      .filter { $0.distance <= limit }
      .min { $0.distance < $1.distance }
    return near.map { "did you mean `\(prefix)\($0.name)`?" }
  }

  /// How many letters must be put in, taken out, changed or swapped with their neighbour.
  static func distance(_ first: String, _ second: String) -> Int {
    let first = Array(first)
    let second = Array(second)
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var current = [row + 1]
      for (column, other) in second.enumerated() {
        var best = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          best = min(best, beforePrevious[column - 1] + 1)
        }
        current.append(best)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[second.count]
  }
}

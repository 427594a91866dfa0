import Text

extension FetchError {
  /// Failures of many files as a person wants to hear of them: what fails for one and the same reason, such as a host
  /// that refuses, is told with that reason once, behind the names.
  package static func combined(_ failures: [FetchError]) -> [FetchError] {
    var groups: [[FetchError]] = []
    var places: [Reason: Int] = [:]
    for failure in failures {
      let reason = Reason(failure)
      guard let place = places[reason] else {
        places[reason] = groups.count
        groups.append([failure])
        continue
      }
      // What stops all, such as a full disk, fails each of them.
      if groups[place].last?.message != failure.message { groups[place].append(failure) }
    }
    return groups.flatMap(together)
  }

  /// So many names are read; `ls-files` has the others.
  private static let names = 10

  private static func together(_ failures: [FetchError]) -> [FetchError] {
    guard let last = failures.last else { return [] }
    var told = failures.dropLast().prefix(names - 1).map { FetchError($0.code, $0.message) }
    let others = failures.count - 1 - told.count
    if others > 0 {
      told.append(
        FetchError(
          last.code, "the same of \(others) more; `lfsfetch ls-files` marks files without their content by `-`"))
    }
    return told + [last]
  }

  private struct Reason: Hashable {
    let code: Code
    let causes: [String]
    let hint: String?
    /// Of what git-lfs says: scripts look for the lines in which it names each object.
    let words: String?

    init(_ error: FetchError) {
      (code, causes, hint) = (error.code, error.causes, error.hint)
      words = error.wordsOfGitLFS.map { String($0.lines.first ?? "") }
    }
  }
}

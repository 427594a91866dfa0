import Git
import Text

/// A reference as git tells the hook `post-receive` of it: `OLD-ID NEW-ID REFERENCE`.
package struct ReceivedReference: Sendable, Equatable {
  /// nil where the reference is new.
  let old: ObjectID?
  /// nil where the reference was deleted.
  let new: ObjectID?
  package let name: String

  /// nil for a line that is none.
  package init?(_ line: String) {
    let words = line.words(at: " ").map(String.init)
    guard words.count == 3 else { return nil }
    (old, new, name) = (.init(toldToHook: words[0]), .init(toldToHook: words[1]), words[2])
  }
}

extension LFSRepository {
  /// The LFS files of the commits that a push has brought here. The references have moved already.
  package func files(broughtBy references: [ReceivedReference]) async throws(FetchError) -> [LFSFile] {
    let moved = Set(references.map { ExactText($0.name) })
    return try await reading { git async throws(GitError) in
      let others = try await git.references().filter { !moved.contains(ExactText($0.name)) }.map(\.commit)
      let known = await git.commits(among: references.compactMap(\.old) + others)
      let new = await git.commits(among: references.compactMap(\.new))
      return try await git.lfsFiles(broughtBy: git.commits(from: new, excluding: known))
    }
  }
}

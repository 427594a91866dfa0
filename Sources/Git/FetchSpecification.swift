import Text

/// A value of `remote.<name>.fetch`: which references of the other repository are fetched, and what they are called
/// here.
/// https://git-scm.com/docs/git-fetch#_configured_remote_tracking_branches
package struct FetchSpecification: Sendable, Equatable {
  /// Before and behind its star; nothing behind where it has none.
  private struct Pattern: Sendable, Equatable {
    let start: String
    let end: String?

    init?(_ text: Substring) {
      let parts = text.fields(at: "*")
      guard parts.count <= 2 else { return nil }
      start = String(parts[0])
      end = parts.count == 2 ? String(parts[1]) : nil
    }

    /// What stands in the place of the star; nil where the name is another one.
    func star(in name: String) -> Substring? {
      guard let end else { return name.isSame(as: start) ? "" : nil }
      guard name.utf8.count >= start.utf8.count + end.utf8.count else { return nil }
      return name.rest(after: start).flatMap { end.isEmpty ? $0 : $0.rest(before: end) }
    }

    func with(_ star: Substring) -> String { start + (end.map { star + $0 } ?? "") }
  }

  private let source: Pattern
  private let destination: Pattern?

  /// nil for what git does not take, and for one that only leaves references out (`^…`).
  package init?(_ text: String) {
    let words = text.rest(after: "+") ?? text[...]
    guard !words.isEmpty, !words.begins(with: "^") else { return nil }
    let (left, right) = words.cut(at: ":") ?? (words, "")
    guard let source = Pattern(left.isEmpty ? "HEAD" : left) else { return nil }
    self.source = source
    guard !right.isEmpty else {
      destination = nil
      return
    }
    guard let named = Pattern(right), (named.end == nil) == (source.end == nil) else { return nil }
    destination = named
  }

  /// The one reference that is meant, where there is no star.
  package var onlySource: String? { source.end == nil ? source.start : nil }

  /// With what the names begin that are meant: what a server is asked for.
  package var prefixes: [String] {
    onlySource == nil || source.start.begins(with: "refs/") || source.start.isSame(as: "HEAD")
      ? [source.start] : candidates
  }

  /// The full names that a source without a star may mean, in git's order.
  private var candidates: [String] {
    ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map { $0 + source.start }
  }

  /// Those of the references that are fetched, under the names that they get here; nil for one that gets none.
  package func matches(among references: [RemoteReference]) -> [(reference: RemoteReference, name: String?)] {
    guard onlySource != nil else {
      return references.compactMap { reference in
        source.star(in: reference.name).map { (reference, destination?.with($0)) }
      }
    }
    let found = candidates.lazy.compactMap { name in references.first { $0.name.isSame(as: name) } }.first
    return found.map { [($0, destination.map { Self.full($0.start) })] } ?? []
  }

  /// A short name is that of a branch.
  private static func full(_ name: String) -> String {
    if name.begins(with: "refs/") { return name }
    let isPart = ["heads/", "tags/", "remotes/"].contains { name.begins(with: $0) }
    return (isPart ? "refs/" : "refs/heads/") + name
  }
}

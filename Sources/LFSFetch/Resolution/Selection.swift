import Git
import JSON

/// Which files of a repository are wanted.
package struct Selection: Sendable, Hashable {
  package let include: [Glob]
  package let exclude: [Glob]

  package init(include: [String], exclude: [String]) {
    self.include = include.map(Glob.init)
    self.exclude = exclude.map(Glob.init)
  }

  package func contains(_ path: [UInt8]) -> Bool {
    (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
  }

  /// One text for one selection.
  package var canonical: String {
    func list(_ globs: [Glob]) -> JSON { .array(globs.map(\.pattern).sorted().map { .string($0) }) }
    return JSON.object([("include", list(include)), ("exclude", list(exclude))]).text
  }
}

import Git
import JSON

/// Which files of a repository are wanted.
package struct Selection: Sendable, Hashable {
  /// What is taken; everything when there is nothing.
  package let include: [Glob]
  package let exclude: [Glob]
  /// The layout by whose rules some of `include` was chosen.
  package let template: Template?
  /// Those of `include` that must each fit a file.
  package let required: [Glob]

  /// The template's globs come to those of `include`.
  package init(include: [String], template: Template? = nil, exclude: [String] = []) {
    required = include.map(Glob.init)
    self.include = required + (template?.globs ?? []).map(Glob.init)
    self.template = template
    self.exclude = exclude.map(Glob.init)
  }

  package func contains(_ path: [UInt8]) -> Bool {
    (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
  }

  /// One text for one selection.
  package var canonical: String {
    func list(_ globs: [Glob]) -> JSON { .array(globs.map(\.pattern).sorted().map { .string($0) }) }
    return JSON.object([
      ("include", list(include)), ("exclude", list(exclude)), ("template", template.map { .string($0.text) }),
    ]).text
  }
}

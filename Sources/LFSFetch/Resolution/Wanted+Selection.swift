import Git
import Text

/// Which of the files that a place has are wanted.
extension Wanted {
  /// Of a commit.
  func selected(of tree: RemoteTree) throws(FetchError) -> [TreeEntry] {
    try selected(of: tree.entries, state: "the commit is \(tree.commit)") { $0.rawPath }
  }

  /// Each pattern must select something: a mistyped path would otherwise be missed later. `state` tells in messages
  /// what was looked at.
  func selected<Item>(
    of items: [Item], state: String?, path: (Item) -> [UInt8]
  ) throws(FetchError) -> [Item] {
    let causes = state.map { [$0] } ?? []
    for glob in selection.required where !items.contains(where: { glob.matches(path($0)) }) {
      let name = glob.pattern.escapingControls
      let paths = items.map { String(decoding: path($0), as: UTF8.self).escapingControls }
      throw FetchError(
        .notFound, "`\(name)` fits no file of \(place)", causes: causes,
        hint: NearestName.hint(for: glob.pattern, among: paths))
    }
    if let template = selection.template {
      let globs = template.oneOf.map(Glob.init)
      guard items.contains(where: { item in globs.contains { $0.matches(path(item)) } }) else {
        throw FetchError(
          .notFound, "the template `\(template.text.escapingControls)` fits no file of \(place)", causes: causes,
          hint: "`lfsfetch get --dry-run \(source.withoutCredentials.escapingControls)` lists its files")
      }
    }
    let wanted = items.filter { selection.contains(path($0)) }
    if wanted.isEmpty, !items.isEmpty { throw nothingLeft }
    return wanted
  }

  var nothingLeft: FetchError {
    FetchError(
      .notFound, "nothing is left to fetch of \(place)", causes: ["`--exclude` takes away all that was selected"])
  }

  /// How messages name the place.
  var place: String {
    "`\(source == SourceAddress.mirrorsOnly ? model : source.withoutCredentials.escapingControls)`"
  }

  /// Whom the progress names as asked.
  var shownSource: String {
    guard source == SourceAddress.mirrorsOnly else { return source.withoutCredentials }
    return pinned.firstMirror ?? model
  }
}

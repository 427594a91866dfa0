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

  /// Who loads what is printed would find a folder in the place of the main file.
  func checkMain(of resolution: Resolution) throws(FetchError) {
    guard mustHaveMain, let main else { return }
    let paths = resolution.files.map(\.path.string)
    guard !paths.contains(main) else { return }
    throw FetchError(
      .notFound, "the main file `\(main.escapingControls)` of `\(model)` is none of its files",
      causes: resolution.commit.map { ["the commit is \($0)"] } ?? [],
      hint: NearestName.hint(for: main, among: paths.map(\.escapingControls))
        ?? "`lfsfetch registry show --origin \(shownModel)` tells which file says so")
  }

  var nothingLeft: FetchError {
    FetchError(
      .notFound, "nothing is left to fetch of \(place)", causes: ["`--exclude` takes away all that was selected"])
  }

  /// How messages name the place.
  var place: String {
    "`\(source == SourceAddress.mirrorsOnly ? model : source.withoutCredentials.escapingControls)`"
  }

  /// The name without its variant, which stands in a registry file.
  var shownModel: String { String(model.prefix { $0 != ":" }).escapingControls }

  /// Who keeps the registry has to say whether a file may be another one now.
  var pinHint: String {
    "if it was changed on purpose, the entry of `\(shownModel)` must be updated: `lfsfetch registry update \(shownModel)` "
      + "where the registry file is yours; else do not use the file"
  }

  /// Whom the progress names as asked.
  var shownSource: String {
    guard source == SourceAddress.mirrorsOnly else { return source.withoutCredentials }
    return pinned.firstMirror ?? model
  }
}

import Git

/// A request with the registry's facts filled in: one repository, one revision, one selection. A value; making it
/// asks nobody.
package struct Wanted: Sendable {
  /// The name of the registry, or the request as it was given.
  package let model: String
  package let source: String
  package let revision: String?
  package let selection: Selection
  package let main: String?
  /// What the registry promises of single files; empty where the user asks for another revision than the registry.
  package let pinned: [String: PinnedObject]
  /// Whether a remembered branch will do: the user named a model, not a place.
  package let isFromRegistry: Bool

  init(
    model: String, source: String, revision: String?, selection: Selection, main: String?,
    pinned: [String: PinnedObject], isFromRegistry: Bool
  ) {
    (self.model, self.source, self.revision, self.selection) = (model, source, revision, selection)
    (self.main, self.pinned, self.isFromRegistry) = (main, pinned, isFromRegistry)
  }

  package init(_ request: ModelRequest, registry: Registry) throws(FetchError) {
    let entry: RegistryEntry
    switch request.target {
    case .name(let name):
      entry = try registry.entry(named: name)
      model = entry.name
      isFromRegistry = true
    case .repository(let source):
      entry = RegistryEntry(name: source, source: source)
      model = request.text
      isFromRegistry = false
    }
    if let own = request.ownRevision, let other = request.revision, own != other {
      throw FetchError(
        .usage, "`\(model.escapingControls)` and `--revision \(other.escapingControls)` name different revisions")
    }
    source = entry.source
    revision = request.revision ?? entry.wantedRevision
    let own = (request.path.map { [$0] } ?? []) + request.include
    selection = Selection(include: own.isEmpty ? entry.files : own, exclude: request.exclude)
    let isOtherRevision = request.revision != nil && request.revision != entry.revision
    pinned = isOtherRevision ? [:] : entry.objects
    main = entry.main ?? (own.count == 1 ? own[0] : nil)
  }

  /// The name of the source's folders in the cache.
  package var sourceName: String {
    get throws(FetchError) {
      try reading(source) { () throws(GitError) in try GitLocation(source).absolute.folderName }
    }
  }

  /// All that is wanted, when the registry promises every file of it by hash and size: then nobody need be asked.
  package var pinnedResolution: Resolution? {
    get throws(FetchError) {
      guard !selection.include.isEmpty else { return nil }
      var files: [SelectedFile] = []
      for glob in selection.include {
        guard let object = pinned[glob.pattern], let size = object.size,
          let path = try? RepositoryPath(validating: glob.pattern)
        else { return nil }
        guard selection.contains(path.bytes) else { continue }
        files.append(
          SelectedFile(path: path, mode: object.isExecutable ? .executable : .regular, oid: object.oid, size: size))
      }
      guard !files.isEmpty else { return nil }
      let commit = revision.flatMap { ObjectID(hex: $0) }?.hex
      return Resolution(sourceName: try sourceName, commit: commit, reference: nil, files: files)
    }
  }
}

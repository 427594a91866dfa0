import Git
import Text

/// A request with the registry's facts filled in: one repository, one revision, one selection. A value; making it
/// asks nobody.
package struct Wanted: Sendable {
  /// The name of the registry, or the request as it was given.
  package let model: String
  package let source: String
  package let revision: String?
  package let selection: Selection
  package internal(set) var main: String?
  /// What the registry promises of single files; empty where the user asks for another revision than the registry.
  package let pinned: [ExactText: PinnedObject]
  /// Whether a remembered branch will do: the user named a model, not a place.
  package let isFromRegistry: Bool
  /// Whether the repository was named by the user, or by a registry that counts as the user's own.
  package let isNamedByUser: Bool
  /// Whether the registry's main file must be among the files: unless the user has chosen others.
  private(set) var mustHaveMain = false
  /// Which files of this machine may be meant where the user has not named the place; nil is none without a promise.
  var reach: LocalReach?

  init(
    model: String, source: String, revision: String?, selection: Selection, main: String?,
    pinned: [ExactText: PinnedObject], isFromRegistry: Bool, isNamedByUser: Bool = true
  ) {
    (self.model, self.source, self.revision, self.selection) = (model, source, revision, selection)
    (self.main, self.pinned, self.isFromRegistry) = (main, pinned, isFromRegistry)
    self.isNamedByUser = isNamedByUser
  }

  package init(_ request: ModelRequest, registry: Registry) throws(FetchError) {
    let facts: ModelFacts
    switch request.target {
    case .name(let name):
      let entry = try registry.entry(named: name)
      model = entry.name + (request.variant.map { ":" + $0 } ?? "")
      facts = try entry.facts(wantedBy: request)
      isFromRegistry = true
    case .repository(let source):
      facts = ModelFacts(source: source)
      model = request.text
      isFromRegistry = false
    }
    guard let source = facts.place else {
      let choices = (registry.find(model)?.choices.map(\.name) ?? []) + ["\(model):\(Variant.automatic)"]
      throw FetchError(
        .usage, "the model `\(model)` comes in variants",
        hint: "name one of \(choices.map { "`\($0)`" }.joined(separator: ", "))")
    }
    if let own = request.ownRevision, let other = request.revision, own != other {
      throw FetchError(
        .usage, "`\(model.escapingControls)` and `--revision \(other.escapingControls)` name different revisions")
    }
    self.source = source
    isNamedByUser =
      isFromRegistry ? !registry.isStranger(source, of: model) : !request.isFromFile
    revision = request.revision ?? facts.wantedRevision
    let own = (request.path.map { [$0] } ?? []) + request.include
    selection =
      own.isEmpty
      ? Selection(include: facts.files, template: facts.template, exclude: request.exclude)
      : Selection(include: own, exclude: request.exclude)
    let isOtherRevision = request.revision != nil && request.revision != facts.revision
    pinned = isOtherRevision ? [:] : facts.objects
    main = facts.mainFile ?? (own.count == 1 ? own[0] : nil) ?? SourceAddress.fileName(of: source)
    mustHaveMain = facts.mainFile != nil && own.isEmpty && request.exclude.isEmpty && !isOtherRevision
    reach = request.reach
  }

  /// The name of the source's folders in the cache.
  package var sourceName: String {
    get throws(FetchError) {
      guard source == SourceAddress.mirrorsOnly else { return try SourceAddress.folderName(of: source) }
      let files = pinned.sorted { $0.key < $1.key }.map {
        ([$0.text] + $1.mirrors.map(\.string)).joined(separator: " ")
      }
      return model.folderName(uniqueFor: files.joined(separator: "\n"))
    }
  }

  /// What the registry promises of single files, one text each.
  var promises: [String] {
    pinned.sorted { $0.key < $1.key }.compactMap { path, object in
      object.oid.map { "\($0) \(object.size.map { "\($0)" } ?? "?") \(path)" }
    }
  }

  /// Whether the files are those that the registry promises.
  func keepsPromises(_ resolution: Resolution) -> Bool {
    resolution.files.allSatisfy { file in
      guard let promised = pinned[file.path.string], let oid = promised.oid else { return true }
      return file.object == oid && (promised.size == nil || promised.size == file.size)
    }
  }

  /// All that is wanted, when the registry promises every file of it by hash and size: then nobody need be asked.
  package var pinnedResolution: Resolution? {
    get throws(FetchError) {
      // What a template finds, only the repository knows.
      // Where the assets of a release are, only the forge knows.
      guard ReleaseAddress(source) == nil else { return nil }
      let isListed = source == SourceAddress.mirrorsOnly
      guard !selection.include.isEmpty || isListed, selection.template == nil else { return nil }
      let names = selection.include.isEmpty ? pinned.keys.sorted().map(\.text) : selection.include.map(\.pattern)
      var files: [SelectedFile] = []
      for name in names {
        guard let object = pinned[name], let oid = object.oid, let size = object.size,
          let path = try? RepositoryPath(validating: name)
        else { return nil }
        guard selection.contains(path.bytes) else { continue }
        files.append(
          SelectedFile(path: path, mode: object.isExecutable ? .executable : .regular, oid: oid, size: size))
      }
      guard !files.isEmpty else { return nil }
      let commit = revision.flatMap { ObjectID(hex: $0) }?.hex
      var resolution = Resolution(sourceName: try sourceName, commit: commit, reference: nil, files: files)
      if isListed { resolution.direct = directSources(of: files) }
      return resolution
    }
  }
}

extension Wanted {
  /// What the place itself, or the registry in its stead, says of where each file is.
  func directSources(of files: [SelectedFile]) -> [SHA256Digest: [Source]] {
    var direct: [SHA256Digest: [Source]] = [:]
    let address = try? SourceAddress(source)
    for file in files {
      guard let oid = file.object ?? file.firstUse?.key else { continue }
      switch address {
      case .url(let url, _)?: direct[oid, default: []].append(.url(url, isNamedByUser: isNamedByUser))
      case .local(let path)?:
        let isFile = SourceAddress.fileName(of: source) != nil
        direct[oid, default: []].append(.file(isFile ? path : path + "/" + file.path.string))
      case .mirrors?:
        direct[oid, default: []] +=
          (pinned[file.path.string]?.mirrors ?? []).map { .url($0, isNamedByUser: isNamedByUser) }
      // Theirs are found by asking them, or remembered.
      case .git?, .bucket?, .release?, nil: break
      }
    }
    return direct
  }
}

extension RegistryEntry {
  /// The facts of the variant that is asked for. `auto` has been decided on before.
  func facts(wantedBy request: ModelRequest) throws(FetchError) -> ModelFacts {
    let names = variants.map(\.name)
    let choices = (names + [Variant.automatic]).map { "`\(name):\($0)`" }.joined(separator: ", ")
    guard let facts = facts(of: request.variant) else {
      let shown = (request.variant ?? "").escapingControls
      throw FetchError(
        .notFound, "the model `\(name)` has no variant `\(shown)`",
        hint: names.isEmpty
          ? "it comes in one form: `\(name)`"
          : NearestName.hint(for: request.variant ?? "", among: names, prefix: name + ":") ?? "it comes as \(choices)")
    }
    return facts
  }
}

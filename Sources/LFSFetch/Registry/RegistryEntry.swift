import HTTP
import Text

/// What the registry says of one model.
package struct RegistryEntry: Sendable, Equatable {
  package let name: String
  package var aliases: [String] = []
  package var description: String?
  package var licence: String?
  package var homepage: String?
  package var tags: [String] = []
  /// The repository and what is wanted of it; without a source where only the variants have one.
  package var model: ModelFacts
  /// The same model in other precisions or sizes, best first.
  package var variants: [Variant] = []

  package init(name: String, source: String?) {
    self.name = name
    model = ModelFacts(source: source)
  }

  /// The facts of the model, or of one of its variants.
  package func facts(of variant: String?) -> ModelFacts? {
    guard let variant else { return model }
    return variants.first { $0.name == variant }.map { $0.facts.over(model) }
  }

  /// The names by which it can be fetched, with their facts: itself, where it has a source, and its variants.
  package var choices: [(name: String, facts: ModelFacts)] {
    (model.place == nil ? [] : [(name, model)]) + variants.map { ("\(name):\($0.name)", $0.facts.over(model)) }
  }
}

/// One of the forms that a model comes in.
package struct Variant: Sendable, Equatable {
  package let name: String
  package var description: String?
  /// What it says itself.
  package var facts = ModelFacts(source: nil)
  /// What it takes to run it, in bytes; nil means that the size of its objects tells.
  package var memory: Int64?
  package var needsAccelerator = false

  package init(name: String) { self.name = name }
}

/// A repository, and which files of it are a model.
package struct ModelFacts: Sendable, Equatable {
  /// A URL or a path.
  package var source: String?
  /// The branch or tag that the pinned revision was taken from; what is fetched when no `revision` is pinned.
  package var branch: String?
  /// The pinned revision.
  package var revision: String?
  package var template: Template?
  /// Globs; all files when there are none, and no template.
  package var files: [String] = []
  /// The file that a program would load.
  package var main: String?
  /// Facts about single files, by path.
  package var objects: [ExactText: PinnedObject] = [:]

  package init(source: String?) { self.source = source }

  /// The revision to ask for; nil is the repository's default branch.
  package var wantedRevision: String? { revision ?? branch }

  package var mainFile: String? { main ?? template?.main }

  /// What is asked for the files: the source, or where there is none the addresses of the files, if each has one.
  var place: String? {
    if let source { return source }
    return objects.isEmpty || objects.values.contains(where: \.mirrors.isEmpty) ? nil : SourceAddress.mirrorsOnly
  }

  /// How lists show it.
  var shownSource: String? { source?.withoutCredentials ?? objects.firstMirror }

  /// Whether anything but all files is wanted.
  package var isSelective: Bool { template != nil || !files.isEmpty }

  /// The sum of the sizes that are known, or nil when none is.
  package var knownSize: Int64? {
    let sizes = objects.values.compactMap(\.size)
    return sizes.isEmpty ? nil : sizes.totalSize { $0 }
  }

  /// A variant's facts, with the model's where it says nothing. Another repository or revision has other objects.
  func over(_ model: ModelFacts) -> ModelFacts {
    var facts = self
    let isElsewhere = source != nil || branch != nil || revision != nil
    if source == nil {
      facts.source = model.source
      if !isElsewhere { (facts.branch, facts.revision) = (model.branch, model.revision) }
    }
    if !isSelective {
      (facts.template, facts.files) = (model.template, model.files)
      facts.main = main ?? model.main
    }
    if !isElsewhere { facts.objects = model.objects.merging(objects) { $1 } }
    return facts
  }
}

/// What a registry entry promises of the file at a path, such as its LFS object.
package struct PinnedObject: Sendable, Equatable {
  /// nil where the file is to be believed when it is first fetched.
  package let oid: SHA256Digest?
  package let size: Int64?
  /// Git's executable bit; only asked for where nobody asks git.
  package let isExecutable: Bool
  /// Other addresses of the same bytes; its only ones where the model has no source.
  package let mirrors: [HTTPURL]

  package init(oid: SHA256Digest?, size: Int64?, isExecutable: Bool = false, mirrors: [HTTPURL] = []) {
    self.oid = oid
    self.size = size
    self.isExecutable = isExecutable
    self.mirrors = mirrors
  }
}

extension [ExactText: PinnedObject] {
  /// Of the first path that has one.
  var firstMirror: String? { self.min { $0.key < $1.key }?.value.mirrors.first?.description }
}

/// A named group of models.
package struct Preset: Sendable, Equatable {
  package let name: String
  package var description: String?
  /// As NAME or NAME:VARIANT.
  package let models: [String]

  package init(name: String, models: [String]) {
    self.name = name
    self.models = models
  }
}

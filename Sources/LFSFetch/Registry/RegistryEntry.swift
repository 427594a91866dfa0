import HTTP

/// What the registry says of one model.
package struct RegistryEntry: Sendable, Equatable {
  package let name: String
  package var aliases: [String] = []
  package var description: String?
  package var licence: String?
  package var homepage: String?
  /// The repository: a URL or a path.
  package var source: String
  /// Where the model is developed; what is fetched when no `revision` is pinned.
  package var branch: String?
  /// The pinned revision.
  package var revision: String?
  /// Globs; all files when there are none.
  package var files: [String] = []
  /// The file that a program would load.
  package var main: String?
  /// Facts about single files, by path.
  package var objects: [String: PinnedObject] = [:]

  package init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  /// The revision to ask for; nil is the repository's default branch.
  package var wantedRevision: String? { revision ?? branch }

  /// The sum of the sizes that are known, or nil when none is.
  package var knownSize: Int64? {
    let sizes = objects.values.compactMap(\.size)
    return sizes.isEmpty ? nil : sizes.reduce(0, +)
  }
}

/// An LFS object that a registry entry promises for a path.
package struct PinnedObject: Sendable, Equatable {
  package let oid: SHA256Digest
  package let size: Int64?
  /// Git's executable bit; only asked for where nobody asks git.
  package let isExecutable: Bool
  /// Other addresses of the same bytes.
  package let mirrors: [HTTPURL]

  package init(oid: SHA256Digest, size: Int64?, isExecutable: Bool = false, mirrors: [HTTPURL] = []) {
    self.oid = oid
    self.size = size
    self.isExecutable = isExecutable
    self.mirrors = mirrors
  }
}

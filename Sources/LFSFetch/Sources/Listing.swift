import Git
import HTTP

/// The files of a place that is no git repository: what the tree of a commit is for one.
package struct Listing: Sendable, Equatable {
  /// What the place itself calls this state of its files, such as the tag of a release.
  package var version: String?
  package var files: [Entry]

  /// One file of a listing.
  package struct Entry: Sendable, Equatable {
    package let path: RepositoryPath
    package let size: Int64
    /// As the place, or whoever named it, promises.
    package let digest: SHA256Digest
    /// How its bytes are got.
    package let source: Source
    /// What the host tells of this state of the file: another one means that the file is another.
    package let validator: String?

    package init(path: RepositoryPath, size: Int64, digest: SHA256Digest, source: Source, validator: String? = nil) {
      (self.path, self.size, self.digest, self.source, self.validator) = (path, size, digest, source, validator)
    }
  }

  package init(version: String? = nil, files: [Entry]) {
    (self.version, self.files) = (version, files)
  }
}

extension Source {
  /// An address that others may see: without user, password and query, where secrets are kept.
  var shareableURL: HTTPURL? {
    guard case .url(let url, _) = self, url.user == nil, url.query == nil else { return nil }
    return url
  }
}

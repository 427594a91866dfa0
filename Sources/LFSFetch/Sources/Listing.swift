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
    package let content: Content
    /// How its bytes are got.
    package let source: Source
    package var isExecutable = false

    package init(path: RepositoryPath, content: Content, source: Source, isExecutable: Bool = false) {
      (self.path, self.content, self.source, self.isExecutable) = (path, content, source, isExecutable)
    }
  }

  package enum Content: Sendable, Equatable {
    case known(SHA256Digest, size: Int64)
    case unknown(FirstUse)
    /// A file that its host says to be empty now: nothing tells whether it should be.
    case empty

    /// nil where the host does not tell.
    var size: Int64? {
      switch self {
      case .known(_, let size): size
      case .unknown(let firstUse): firstUse.size
      case .empty: 0
      }
    }
  }

  /// What is there besides and cannot be had.
  package var leftOut: [LeftOut] = []

  package init(version: String? = nil, files: [Entry]) {
    (self.version, self.files) = (version, files)
  }
}

extension Listing.Content {
  /// With what a host, or the registry, promises; where both the hash and the size are known, nothing is learnt.
  init(_ url: HTTPURL, _ facts: FileFacts, promised: SHA256Digest?) {
    if let promised, let size = facts.size {
      self = .known(promised, size: size)
    } else if facts.size == 0 {
      self = .empty
    } else {
      self = .unknown(FirstUse(of: url, facts, promised: promised))
    }
  }
}

extension SHA256Digest {
  /// That of an empty file.
  static let ofNothing = SHA256.hash([])
}

extension Source {
  /// An address that others may see: without user, password and query, where secrets are kept.
  var shareableURL: HTTPURL? {
    guard case .url(let url, _) = self, url.user == nil, url.query == nil else { return nil }
    return url
  }
}

import CGit2

/// What `.gitattributes` say of one path, as far as it matters for writing the file.
package struct PathAttributes: Sendable, Equatable {
  /// The name of the program that git would pass the content through: `lfs`, or another.
  package let filter: String?
  /// Git would write the text in another encoding than UTF-8.
  package let encoding: String?
}

extension Repository {
  /// By the commit's `.gitattributes`; in a clone also by the user's and the machine's.
  func attributes(of paths: [[UInt8]], in commit: ObjectID) throws(GitError) -> [PathAttributes] {
    var rules = try rules(of: commit)
    var found: [PathAttributes] = []
    found.reserveCapacity(paths.count)
    for path in paths {
      let values = try rules.lookup.values(of: path)
      found.append(PathAttributes(filter: values[0].text, encoding: values[1].text))
    }
    self.rules = rules
    return found
  }

  /// How git would change the content of a file when it writes it.
  func conversion(of path: [UInt8], in commit: ObjectID) throws(GitError) -> ContentConversion {
    var rules = try rules(of: commit)
    let values = try rules.lookup.values(of: path)
    self.rules = rules
    return ContentConversion(values[2...], rules.config)
  }

  /// What is known of the attributes of one commit, until another pack brings more of its files.
  struct Rules {
    let commit: ObjectID
    let config: GitConfig
    var lookup: AttributeLookup
  }

  private func rules(of commit: ObjectID) throws(GitError) -> Rules {
    if let rules, rules.commit == commit { return rules }
    let own = try GitConfig(file: path + "/config")
    // The cache looks the same to everybody.
    let isInCache = isPartialClone == nil
    let config = isInCache ? own : try GitConfig.user().overlaid(with: own)
    let outside = AttributeLookup.Outside(config, isInCache ? [] : config.attributesFiles(), folder: path)
    let names = ["filter", "working-tree-encoding"] + ContentConversion.attributes
    let read = try AttributeLookup.reader(ofTree: treeID(of: commit), in: try repository)
    return Rules(commit: commit, config: config, lookup: try AttributeLookup(names, outside: outside, read: read))
  }

  private func treeID(of commit: ObjectID) throws(GitError) -> ObjectID {
    let repository = try repository
    var oid = commit.gitOID
    let found = try Handle(.corrupt, "cannot read the commit `\(commit)`", free: git_commit_free) {
      git_commit_lookup(&$0, repository, &oid)
    }
    return ObjectID(git_commit_tree_id(found.pointer).pointee)
  }
}

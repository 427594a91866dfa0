import Files
import Text

/// The `.git` folder of a clone in the making, or the whole of a bare one: its parts are written here as git writes
/// them, so that git takes it for its own.
///
/// https://git-scm.com/docs/gitrepository-layout
package struct GitFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// Makes an empty repository. What `user` has set about line ends and attributes holds while files are written from
  /// it; `finish` writes the configuration that stays.
  package func create(for user: GitConfig) throws(FileError) {
    for name in ["objects/pack", "objects/info", "refs/heads", "refs/tags", "info"] {
      try Directory.create(path + "/" + name)
    }
    var text = ConfigText()
    text.section("core", [("repositoryformatversion", "0"), ("bare", "true")])
    for name in ["autocrlf", "eol", "attributesFile"] {
      if let value = user.string("core." + name) { text.section("core", [(name, value)]) }
    }
    try write("ref: refs/heads/main\n", to: "HEAD")
    // Attributes go by it from the first file on.
    if ignoresCase { text.section("core", [("ignorecase", "true")]) }
    try write(text.text, to: "config")
  }

  /// Whether the disk tells upper from lower case; found out as git does it.
  package var ignoresCase: Bool { ((try? FileStatus.of(path + "/hEaD")) ?? nil) != nil }

  /// Copies what the folder of a user's template has, but for hidden files and what a clone writes itself.
  package func copy(template: String) throws(FileError) {
    try copy(try Folder(template), to: path, isTop: true)
  }

  private func copy(_ template: Folder, to path: String, isTop: Bool) throws(FileError) {
    try Directory.create(path)
    let folder = try Folder(path)
    let own = ["config", "HEAD", "index", "packed-refs", "objects", "refs"].map { Array($0.utf8) }
    for name in try template.list() where name.first != UInt8(ascii: ".") && !(isTop && own.contains(name)) {
      guard let status = try template.status(of: name) else { continue }
      if status.kind == .folder {
        guard let inner = try template.enter(name) else { continue }
        try copy(inner, to: folder.path(of: name), isTop: false)
      } else if try folder.status(of: name) == nil {
        if status.kind == .symlink { try folder.linkSymbolically(to: template.linkTarget(of: name), as: name) }
        guard status.kind == .file else { continue }
        try folder.create(name, permissions: status.permissions).copy(try template.open(name))
      }
    }
  }

  /// Where HEAD stands.
  package enum Head: Sendable, Equatable {
    /// By its full name.
    case branch(String)
    case detached(ObjectID)
  }

  package func write(head: Head) throws(FileError) {
    switch head {
    case .branch(let name): try write("ref: \(name)\n", to: "HEAD")
    case .detached(let commit): try write("\(commit)\n", to: "HEAD")
    }
  }

  /// All references in one file: names that a file system takes for one another do not clash there.
  package func write(references: [RemoteReference]) throws(FileError) {
    var text = "# pack-refs with: peeled fully-peeled sorted \n"
    for reference in references.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      text += "\(reference.id) \(reference.name)\n"
      if let peeled = reference.peeled { text += "^\(peeled)\n" }
    }
    try write(text, to: "packed-refs")
  }

  /// A reference that stands for another one.
  package func write(symbolic name: String, to target: String) throws(FileError) {
    if let folder = (path + "/" + name).parentFolder { try Directory.create(folder) }
    try write("ref: \(target)\n", to: name)
  }

  /// The first line of a reference's log.
  package func write(
    log reference: String, of commit: ObjectID, by who: Committer, _ reason: String
  ) throws(FileError) {
    let path = self.path + "/logs/" + reference
    if let folder = path.parentFolder { try Directory.create(folder) }
    let text = "\(ObjectID.none) \(commit) \(who.stamp)\t\(reason)\n"
    try replaceFile(path, with: Array(text.utf8))
  }

  /// The commits whose parents are not here.
  package func write(shallow: [ObjectID]) throws(FileError) {
    guard !shallow.isEmpty else { return }
    try write(shallow.sorted().map { "\($0)\n" }.joined(), to: "shallow")
  }

  package func write(sparsePatterns lines: [String]) throws(FileError) {
    try write(lines.map { $0 + "\n" }.joined(), to: "info/sparse-checkout")
  }

  package func write(config: ConfigText) throws(FileError) {
    try write(config.text, to: "config")
  }

  private func write(_ text: String, to name: String) throws(FileError) {
    try replaceFile(path + "/" + name, with: Array(text.utf8))
  }
}

/// Configuration in git's syntax, with every value quoted. https://git-scm.com/docs/git-config#_syntax
package struct ConfigText: Sendable {
  package private(set) var text: String

  package init(startingWith text: String = "") {
    self.text = text.isEmpty || text.ends(with: "\n") ? text : text + "\n"
  }

  package mutating func section(
    _ name: String, named subsection: String? = nil, _ variables: [(name: String, value: String)]
  ) {
    text += "[\(name)" + (subsection.map { " \"\(Self.escaped($0))\"" } ?? "") + "]\n"
    for (name, value) in variables { text += "\t\(name) = \(Self.quoted(value))\n" }
  }

  /// A variable by its whole name, `section.subsection.key`.
  package mutating func add(_ entry: GitConfig.Entry) {
    let parts = entry.name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    let subsection = parts.dropFirst().dropLast().joined(separator: ".")
    section(
      parts[0], named: parts.count > 2 ? subsection : nil, [(parts[parts.count - 1], entry.value ?? "true")])
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/:+*.-_@=%~".utf8.contains(byte)
      }
    }
    if isPlain, !value.isEmpty { return value }
    return "\"" + escaped(value).replacingBytes("\n", with: "\\n").replacingBytes("\t", with: "\\t") + "\""
  }

  private static func escaped(_ text: String) -> String {
    text.replacingBytes("\\", with: "\\\\").replacingBytes("\"", with: "\\\"")
  }
}

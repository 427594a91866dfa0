import CGit2

extension Repository {
  /// A file of git proper is read into memory whole, so there is a bound to what a server can make us hold.
  static let maximumBlobSize = 1 << 30

  /// The bytes of a blob as git stores them.
  func content(of entry: TreeEntry) throws(GitError) -> [UInt8] {
    let blob = try blob(entry)
    let count = Int(git_blob_rawsize(blob.pointer))
    return Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob.pointer), count: count))
  }

  /// The bytes of the first of `entries`: as many of them as `limit` bytes hold, one at least. Asking for each of
  /// thousands of pointers would cost more for changing threads than for reading.
  func contents(of entries: ArraySlice<TreeEntry>, limit: Int = 4 << 20) throws(GitError) -> [[UInt8]] {
    var contents: [[UInt8]] = []
    var size = 0
    for entry in entries {
      contents.append(try content(of: entry))
      size += contents.last?.count ?? 0
      if size >= limit { break }
    }
    return contents
  }

  /// The bytes of a file as git would write them into a work tree, by the attributes `text`, `eol` and `ident` of
  /// the commit's own `.gitattributes`; in the cache whatever the user's and the system's say, in a clone also by them.
  func checkoutContent(of entry: TreeEntry, in commit: ObjectID) throws(GitError) -> [UInt8] {
    guard entry.mode == .regular || entry.mode == .executable else { return try content(of: entry) }
    return try conversion(of: entry.rawPath, in: commit).inWorkTree(try content(of: entry), entry.id)
  }

  private func blob(_ entry: TreeEntry) throws(GitError) -> Handle {
    let repository = try repository
    var oid = entry.id.gitOID
    var length = 0
    var type = GIT_OBJECT_INVALID
    let status = git_odb_read_header(&length, &type, try objects, &oid)
    if status == GIT_ENOTFOUND.rawValue {
      throw GitError(.missingObject, "the content of `\(entry.displayPath)` has not been fetched")
    }
    try Libgit2.check(status, .corrupt, "cannot read the content of `\(entry.displayPath)`")
    guard length <= Repository.maximumBlobSize else {
      throw GitError(
        .tooLarge, "`\(entry.displayPath)` is a file of \(length) bytes in git itself, which is too large")
    }
    return try Handle(.corrupt, "cannot read the content of `\(entry.displayPath)`", free: git_blob_free) {
      git_blob_lookup(&$0, repository, &oid)
    }
  }
}

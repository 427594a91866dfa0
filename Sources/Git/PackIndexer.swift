import CGit2
import Text

/// Takes a pack as it arrives and writes it and its index into a repository. Until `commit` there is only a
/// temporary file, and it goes when the indexer goes: a pack that breaks off or is corrupt leaves nothing behind.
///
/// Unchecked Sendable: `append` is called by the curl thread, one call after another, and `commit` by the caller of
/// `HTTPClient.stream` once that has returned, which is after the last `append`.
final class PackIndexer: @unchecked Sendable {
  private let indexer: Handle
  private let maximumSize: Int64
  private var received: Int64 = 0
  private var progress = git_indexer_progress()

  /// `folder` is a repository's `objects/pack`.
  init(folder: String, maximumSize: Int64) throws(GitError) {
    var options = lf_indexer_options()
    // A filtered or shallow pack refers to objects that are not there, which verifying would refuse.
    options.verify = 0
    self.maximumSize = maximumSize
    indexer = try Handle(.disk, "cannot create a pack in `\(folder.escapingControls)`", free: git_indexer_free) {
      git_indexer_new(&$0, folder, 0o444, nil, &options)
    }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
    received += Int64(bytes.count)
    guard received <= maximumSize else {
      throw GitError(.tooLarge, "the server's pack is larger than \(maximumSize) bytes")
    }
    try Libgit2.check(
      git_indexer_append(indexer.pointer, bytes.baseAddress, bytes.count, &progress), .corrupt,
      "the server's pack cannot be read")
  }

  func commit() throws(GitError) {
    try Libgit2.check(git_indexer_commit(indexer.pointer, &progress), .corrupt, "the server's pack cannot be read")
  }

  /// What the pack's files are named by, once it is committed.
  var name: String { git_indexer_name(indexer.pointer).map { String(cString: $0) } ?? "" }
}

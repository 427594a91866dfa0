import CGit2

/// The library as a whole: started once, when it is first needed, and never shut down.
enum Libgit2 {
  /// Call before any other function of the library.
  static func start() { _ = isStarted }

  private static let isStarted: Bool = {
    git_libgit2_init()
    // Repositories that `git clone --filter` or `git sparse-checkout` made carry these; neither changes how
    // objects are read.
    "partialclone".withCString { partialClone in
      "worktreeconfig".withCString { worktreeConfig in
        var names: [UnsafePointer<CChar>?] = [partialClone, worktreeConfig]
        _ = lf_set_extensions(&names, names.count)
      }
    }
    // The header of a pack says how many objects follow, and the indexer allocates for them at once.
    lf_set_pack_max_objects(20_000_000)
    return true
  }()

  /// Turns a status below zero into an error with the library's own words, which are kept per thread and so must
  /// be read before anything else happens. `code` is what the failure means where the library is not more precise.
  @discardableResult
  static func check(
    _ status: Int32, _ code: GitError.Code, _ doing: @autoclosure () -> String
  ) throws(GitError) -> Int32 {
    guard status < 0 else { return status }
    let last = git_error_last()?.pointee
    let words = last?.message.map { text in
      String(hostile: UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) })
    }
    let isSystem =
      last.map { [GIT_ERROR_OS.rawValue, GIT_ERROR_NOMEMORY.rawValue].contains(UInt32($0.klass)) } ?? false
    let meaning: GitError.Code =
      switch status {
      case GIT_EOWNER.rawValue: .notOwned
      case GIT_EAMBIGUOUS.rawValue: .ambiguousRevision
      default: isSystem ? .disk : code
      }
    throw GitError(meaning, doing(), cause: words)
  }
}

/// Owns one object of libgit2 and frees it.
final class Handle {
  let pointer: OpaquePointer
  private let free: (OpaquePointer) -> Void

  /// Runs `open`, which fills the pointer, and takes what it filled. `free` is the library's function for the type.
  init(
    _ code: GitError.Code, _ doing: @autoclosure () -> String, free: @escaping (OpaquePointer) -> Void,
    _ open: (inout OpaquePointer?) -> Int32
  ) throws(GitError) {
    Libgit2.start()
    var pointer: OpaquePointer?
    try Libgit2.check(open(&pointer), code, doing())
    guard let pointer else { throw GitError(code, doing()) }
    self.pointer = pointer
    self.free = free
  }

  deinit { free(pointer) }
}

import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Remembers in the cache which SHA-256 a state of a file turned out to have: as long as its place tells the same of it,
/// nobody need fetch or read it again.
package struct LearnedHashes: Sendable {
  private let folder: String

  package init(_ cache: Cache) { folder = cache.learned }

  package func hash(of file: FirstUse) -> Learned? {
    guard file.validator != nil, let bytes = try? readFile(path(file), limit: 200) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).trimmed.words(at: " ")
    guard words.count == 2, let digest = SHA256Digest(hex: words[0]), let size = Int64(words[1]) else { return nil }
    return file.size == nil || file.size == size ? Learned(digest: digest, size: size) : nil
  }

  /// A memory that cannot be written costs the next run a look at the file.
  package func remember(_ learned: Learned, of file: FirstUse) {
    guard file.validator != nil else { return }
    try? Directory.create(folder)
    try? replaceFile(path(file), with: Array("\(learned.digest) \(learned.size)\n".utf8))
  }

  private func path(_ file: FirstUse) -> String { "\(folder)/\(file.key)" }
}

extension FileStatus {
  /// Whether a change from now on would get the file another time, even where times are kept in steps of two seconds.
  var isSettled: Bool { changed + 2_000_000_000 < Int64(time(nil)) * 1_000_000_000 }
}

import Files
import Text

/// Git's index as a value: the files that the next commit would have, with what was known of each in the work tree
/// when it was last looked at.
///
/// Read here and not by libgit2, because that one neither knows sparse indexes nor keeps the extensions that it does
/// not know when it writes. https://git-scm.com/docs/index-format
package struct GitIndex: Sendable {
  package struct Entry: Sendable {
    package let path: [UInt8]
    /// As in a tree, nil for a folder of a sparse index.
    package let mode: FileMode?
    package let id: ObjectID
    /// 0, or which side of a conflict.
    package let stage: Int
    /// Left out of the work tree on purpose.
    package let isSkipped: Bool
    /// Where what is known of the file stands in the index: the first ten numbers of the entry.
    let offset: Int
  }

  package let entries: [Entry]
  /// The whole file.
  let bytes: [UInt8]
  /// When it was written, in seconds since 1970.
  private let written: Int64

  /// An index that is not there has no entries.
  package init(file path: String) throws(GitError) {
    let bytes: [UInt8]
    let status: FileStatus?
    do throws(FileError) {
      status = try FileStatus.of(path)
      bytes = status == nil ? [] : try readFile(path, limit: 1 << 30)
    } catch { throw GitError(error) }
    try self.init(bytes, written: (status?.modified ?? 0) / 1_000_000_000)
  }

  init(_ bytes: [UInt8], written: Int64 = 0) throws(GitError) {
    self.bytes = bytes
    self.written = written
    guard !bytes.isEmpty else {
      entries = []
      return
    }
    var reader = IndexReader(bytes)
    entries = try reader.entries()
  }

  /// The length of a file as the index has it, where it has been looked at.
  package func size(of entry: Entry) -> UInt32 { number(at: entry.offset + 36) }

  /// Whether the file is surely as it was when git last looked at it. One that is as young as the index could have
  /// been changed in the same second.
  package func isUnchanged(_ entry: Entry, _ status: FileStatus) -> Bool {
    let modified = Int64(number(at: entry.offset + 8))
    return UInt32(truncatingIfNeeded: status.size) == size(of: entry)
      && status.modified / 1_000_000_000 == modified && modified < written
      && (status.modified % 1_000_000_000 == number(at: entry.offset + 12) || number(at: entry.offset + 12) == 0)
  }

  /// Whether length and time of the file are those that the index has.
  package func hasSeen(_ entry: Entry, _ status: FileStatus) -> Bool {
    UInt32(truncatingIfNeeded: status.size) == size(of: entry)
      && UInt32(truncatingIfNeeded: status.modified / 1_000_000_000) == number(at: entry.offset + 8)
      && UInt32(truncatingIfNeeded: status.modified % 1_000_000_000) == number(at: entry.offset + 12)
  }

  func number(at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Goes through the bytes of an index, versions 2 to 4.
private struct IndexReader {
  private let bytes: [UInt8]
  private var position = 12

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func entries() throws(GitError) -> [GitIndex.Entry] {
    guard bytes.count >= 12 + ObjectID.byteCount, bytes.starts(with: "DIRC".utf8) else { throw damaged }
    let version = number(at: 4)
    guard (2...4).contains(version) else {
      throw GitError(.corrupt, "the index has the unknown version \(version)")
    }
    var entries: [GitIndex.Entry] = []
    var path: [UInt8] = []
    for _ in 0..<number(at: 8) {
      let start = position
      guard start + 62 <= bytes.count - ObjectID.byteCount, let id = ObjectID(raw: bytes[start + 40..<start + 60])
      else { throw damaged }
      let flags = number(at: start + 58) & 0xffff
      var extended: UInt32 = 0
      position = start + 62
      if version >= 3, flags & 0x4000 != 0 {
        extended = number(at: start + 60) & 0xffff
        position += 2
      }
      if version == 4 {
        let kept = path.count - (try offsetNumber())
        guard kept >= 0 else { throw damaged }
        path.removeLast(path.count - kept)
        path += try name()
        position += 1
      } else {
        path = Array(try name())
        // Up to eight NULs end the entry where its length is a multiple of eight.
        position = start + (position - start) / 8 * 8 + 8
      }
      entries.append(
        GitIndex.Entry(
          path: path, mode: FileMode(index: number(at: start + 24)), id: id, stage: Int(flags >> 12 & 3),
          isSkipped: extended & 0x4000 != 0, offset: start))
    }
    try refuseSplitIndex()
    return entries
  }

  /// The bytes up to the next NUL.
  private mutating func name() throws(GitError) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: 0) else { throw damaged }
    defer { position = end }
    return bytes[position..<end]
  }

  /// The number of bytes that the path does not share with the one before, as in packs.
  private mutating func offsetNumber() throws(GitError) -> Int {
    var value = -1
    repeat {
      guard position < bytes.count, value < 1 << 20 else { throw damaged }
      value = (value + 1) << 7 | Int(bytes[position] & 0x7f)
      position += 1
    } while bytes[position - 1] & 0x80 != 0
    return value
  }

  /// A split index has most of its entries in another file.
  private func refuseSplitIndex() throws(GitError) {
    var position = position
    while position + 8 <= bytes.count - ObjectID.byteCount {
      if bytes[position..<position + 4].elementsEqual("link".utf8) {
        throw GitError(
          .corrupt, "the repository has a split index, which is not supported",
          cause: "`git update-index --no-split-index` makes it a common one")
      }
      position += 8 + Int(number(at: position + 4))
    }
  }

  private func number(at offset: Int) -> UInt32 {
    guard offset + 4 <= bytes.count else { return 0 }
    return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private var damaged: GitError {
    GitError(.corrupt, "the repository's index is damaged", cause: "`git status` tells more")
  }
}

extension FileMode {
  /// nil for a folder of a sparse index.
  fileprivate init?(index mode: UInt32) {
    switch mode & 0o170000 {
    case 0o100000: self = mode & 0o100 == 0 ? .regular : .executable
    case 0o120000: self = .symlink
    case 0o160000: self = .submodule
    default: return nil
    }
  }
}

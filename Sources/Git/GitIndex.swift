import Files
import Text

/// Git's index as a value: the files that the next commit would have, with what was known of each in the work tree
/// when it was last looked at.
///
/// Read here and not by libgit2, because that one neither knows sparse indexes nor keeps the extensions that it does
/// not know when it writes, nor split ones, which are read as if they were one file. https://git-scm.com/docs/index-format
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
    /// Git takes it for unchanged without looking: `git update-index --assume-unchanged`.
    package let isAssumedUnchanged: Bool
    /// Its content has not been staged yet: `git add --intent-to-add`.
    package let isIntendedOnly: Bool
    /// Where what is known of the file stands in the index: the first ten numbers of the entry.
    let offset: Int
  }

  package let entries: [Entry]
  /// What stands in the file, or would if it were not split.
  let bytes: [UInt8]
  /// The file as it is.
  let original: [UInt8]
  /// When it was written, in seconds since 1970.
  private let written: Int64

  /// An index that is not there has no entries. `folder` has the file that split ones share: the repository's, where
  /// the index is elsewhere.
  package init(file path: String, sharedIn folder: String? = nil) throws(GitError) {
    let bytes: [UInt8]
    let status: FileStatus?
    do throws(FileError) {
      status = try FileStatus.of(path)
      bytes = status == nil ? [] : try readFile(path, limit: 1 << 30)
    } catch { throw GitError(error) }
    try self.init(bytes, written: (status?.modified ?? 0) / 1_000_000_000) { name throws(GitError) in
      let shared = "\(folder ?? path.parentFolder ?? ".")/sharedindex.\(name)"
      do throws(FileError) { return try readFile(shared, limit: 1 << 30) } catch {
        throw GitError(
          .corrupt, "cannot read the shared part of the repository's split index", cause: error.description)
      }
    }
  }

  /// `shared` gets the name of the file that a split index shares with others.
  init(
    _ bytes: [UInt8], written: Int64 = 0,
    shared: (ObjectID) throws(GitError) -> [UInt8] = { _ throws(GitError) in throw .damagedIndex }
  ) throws(GitError) {
    original = bytes
    self.written = written
    guard !bytes.isEmpty else {
      (self.bytes, entries) = ([], [])
      return
    }
    let own = try IndexReader.contents(of: bytes)
    guard let link = own.link.map({ SplitIndex(link: bytes[$0]) }), let name = try link.nameOfShared() else {
      (self.bytes, entries) = (bytes, own.entries)
      return
    }
    let other = try shared(name)
    let contents = try IndexReader.contents(of: other)
    guard other.suffix(ObjectID.byteCount).elementsEqual(name.bytes), contents.link == nil else {
      throw .damagedIndex
    }
    let merged = try link.merging((bytes, own.entries), into: (other, contents.entries))
    self.bytes = IndexWriter.index(merged, extensions: own.lasting(in: bytes))
    entries = try IndexReader.contents(of: self.bytes).entries
  }

  /// The same index with other entries, which `bytes` has; the file is as it was.
  init(_ bytes: [UInt8], insteadOf other: GitIndex) throws(GitError) {
    (self.bytes, original, written) = (bytes, other.original, other.written)
    entries = try IndexReader.contents(of: bytes).entries
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

/// What an index file consists of.
struct IndexContents {
  var entries: [GitIndex.Entry] = []
  /// Of each extension: its name, and where it stands, with name and length in front.
  var extensions: [(name: String, place: Range<Int>)] = []

  /// Where the extension of a split index has its bytes.
  var link: Range<Int>? {
    extensions.first { $0.name == "link" }.map { $0.place.lowerBound + 8..<$0.place.upperBound }
  }

  /// The extensions that stay true when the entries are laid out in another way. Of those that do not, git makes new ones.
  func lasting(in bytes: [UInt8]) -> ArraySlice<UInt8> {
    extensions.filter { ["TREE", "REUC", "UNTR", "sdir"].contains($0.name) }.flatMap { bytes[$0.place] }[...]
  }
}

/// Goes through the bytes of an index, versions 2 to 4.
struct IndexReader {
  private let bytes: [UInt8]
  private var position = 12

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func contents(of bytes: [UInt8]) throws(GitError) -> IndexContents {
    var reader = IndexReader(bytes)
    return IndexContents(entries: try reader.entries(), extensions: try reader.extensions())
  }

  private mutating func entries() throws(GitError) -> [GitIndex.Entry] {
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
      if flags & 0x4000 != 0 {
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
          isSkipped: extended & 0x4000 != 0, isAssumedUnchanged: flags & 0x8000 != 0,
          isIntendedOnly: extended & 0x2000 != 0, offset: start))
    }
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

  /// Those whose names begin with a small letter change what the entries mean: git gives up where it knows none such.
  private mutating func extensions() throws(GitError) -> [(name: String, place: Range<Int>)] {
    var extensions: [(name: String, place: Range<Int>)] = []
    let end = bytes.count - ObjectID.byteCount
    while position + 8 <= end {
      let name = String(decoding: bytes[position..<position + 4], as: UTF8.self)
      let next = position + 8 + Int(number(at: position + 4))
      guard next <= end else { throw damaged }
      if !(0x41...0x5a ~= bytes[position]), name != "link", name != "sdir" {
        throw GitError(.corrupt, "the index has an extension that is not known, `\(name.escapingControls)`")
      }
      extensions.append((name, position..<next))
      position = next
    }
    return extensions
  }

  private func number(at offset: Int) -> UInt32 {
    guard offset + 4 <= bytes.count else { return 0 }
    return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private var damaged: GitError { .damagedIndex }
}

extension GitError {
  static let damagedIndex = GitError(
    .corrupt, "the repository's index is damaged", cause: "`git status` tells more")
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

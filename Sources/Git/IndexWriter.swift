/// Writes an index as one file, in version 2, or 3 where an entry needs it.
struct IndexWriter {
  /// What stands in an index for one path.
  struct Entry {
    /// Times, numbers of the file, mode, id, and the flags but for the length of the path.
    let numbers: ArraySlice<UInt8>
    let flags: UInt16
    /// 0 in entries that have no more flags.
    let extendedFlags: UInt16
    let path: [UInt8]

    init(_ entry: GitIndex.Entry, in bytes: [UInt8], path: [UInt8]? = nil) {
      let end = entry.offset + 60
      func number(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
      numbers = bytes[entry.offset..<end]
      flags = number(end) & 0xb000
      extendedFlags = number(end) & IndexWriter.extended == 0 ? 0 : number(end + 2)
      self.path = path ?? entry.path
    }

    /// A file that is left out of the work tree, of which nothing is known there.
    init(leftOut file: TreeEntry, in folder: [UInt8]) {
      var numbers = [UInt8](repeating: 0, count: 24)
      IndexWriter.append(file.mode.indexMode, to: &numbers)
      numbers += [UInt8](repeating: 0, count: 12)
      self.numbers = (numbers + file.id.bytes)[...]
      flags = 0
      extendedFlags = IndexWriter.skipped
      path = folder + file.rawPath
    }

    private var stage: UInt16 { flags >> 12 & 3 }

    func precedes(_ other: Entry) -> Bool {
      path == other.path ? stage < other.stage : path.lexicographicallyPrecedes(other.path)
    }
  }

  private static let extended: UInt16 = 0x4000
  private static let skipped: UInt16 = 0x4000
  private static let longestNotedPath = 0xfff

  /// `extensions` are bytes as they are to follow the entries. The last twenty bytes are left zero.
  static func index(_ entries: [Entry], extensions: ArraySlice<UInt8>) -> [UInt8] {
    let version = entries.contains { $0.extendedFlags != 0 } ? 3 : 2
    var bytes = Array("DIRC".utf8)
    append(UInt32(version), to: &bytes)
    append(UInt32(entries.count), to: &bytes)
    for entry in entries {
      let start = bytes.count
      let length = UInt16(min(entry.path.count, longestNotedPath))
      bytes += entry.numbers
      append(entry.flags | length | (entry.extendedFlags == 0 ? 0 : extended), to: &bytes)
      if entry.extendedFlags != 0 { append(entry.extendedFlags, to: &bytes) }
      bytes += entry.path
      // One NUL at least, and as many as make the length a multiple of eight.
      bytes += [UInt8](repeating: 0, count: 8 - (bytes.count - start) % 8)
    }
    return bytes + extensions + [UInt8](repeating: 0, count: ObjectID.byteCount)
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}

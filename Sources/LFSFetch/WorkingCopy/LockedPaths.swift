import Files

/// The files that the user has locked by git-lfs, as far as git-lfs's own list in the repository tells.
///
/// The list has the form of Go's `gob`, of which no more is read than which strings stand in it: a path that the user
/// has locked is one of them. https://pkg.go.dev/encoding/gob
struct LockedPaths {
  private let list: [UInt8]

  private static let largestList = 64 << 20

  init(list: [UInt8]) { self.list = list }

  /// A list that is not there has none.
  init(file path: String) throws(FileError) {
    let isThere = try FileStatus.of(path) != nil
    list = isThere ? try readFile(path, limit: Self.largestList) : []
  }

  func contains(_ path: [UInt8]) -> Bool {
    let string = Self.length(path.count) + path
    var start = list.startIndex
    while let next = list[start...].firstIndex(of: string[0]) {
      if list[next...].starts(with: string) { return true }
      start = next + 1
    }
    return false
  }

  /// How a number that is not negative is written: by itself where it is small, else its bytes after their negative
  /// count.
  private static func length(_ number: Int) -> [UInt8] {
    if number < 0x80 { return [UInt8(number)] }
    let bytes = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0.drop { $0 == 0 }) }
    return [UInt8(256 - bytes.count)] + bytes
  }
}

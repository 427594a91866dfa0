/// The text beside a partial object that says how much of which chunk is there.
///
/// ```
/// lfsfetch journal 1 1073741824 8388608
/// 0 8388608 9a3f00c2d1e45b67
/// 4 262144 03bb71d5c8a0e912
/// ```
///
/// The first line has the object's size and the chunks'; each further line says that so many bytes from the chunk's
/// beginning are in the file, and gives their checksum. Lines are only ever appended: the last one of a chunk
/// counts, and a line that a crash cut short is passed over.
package struct Journal: Equatable, Sendable {
  package struct Claim: Equatable, Sendable {
    package let length: Int64
    package let checksum: UInt64

    package init(length: Int64, checksum: UInt64) {
      self.length = length
      self.checksum = checksum
    }
  }

  package let layout: ChunkLayout
  package private(set) var claims: [Int: Claim] = [:]

  package init(layout: ChunkLayout) { self.layout = layout }

  /// nil when the text is of another version or another layout: then nothing of the partial object can be used.
  package init?(parsing bytes: [UInt8], layout: ChunkLayout) {
    self.init(layout: layout)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let header = lines.first, lines.count > 1, Array(header) + [UInt8(ascii: "\n")] == Array(self.header.utf8)
    else {
      return nil
    }
    lines.removeLast()  // empty, or cut short
    for line in lines.dropFirst() {
      let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 3, let chunk = Int(fields[0]), (0..<layout.count).contains(chunk),
        let length = Int64(fields[1]), length > 0, length <= layout.length(of: chunk), fields[2].utf8.count == 16,
        let checksum = UInt64(fields[2], radix: 16)
      else { continue }
      claims[chunk] = Claim(length: length, checksum: checksum)
    }
  }

  package var header: String { "lfsfetch journal 1 \(layout.size) \(layout.chunkSize)\n" }

  package static func line(chunk: Int, _ claim: Claim) -> String {
    let digits = String(claim.checksum, radix: 16)
    return "\(chunk) \(claim.length) \(String(repeating: "0", count: 16 - digits.utf8.count))\(digits)\n"
  }
}

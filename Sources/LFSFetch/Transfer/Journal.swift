/// The text beside a partial object that says which of its chunks are there.
///
/// ```
/// lfsfetch journal 1 1073741824 8388608
/// 0 9a3f00c2d1e45b67
/// 4 03bb71d5c8a0e912
/// ```
///
/// The first line has the object's size and the chunks'; each further line is a chunk that was written, with its
/// checksum. Lines are only ever appended, so a line that a crash cut short is the last one and is passed over.
package struct Journal: Equatable, Sendable {
  package let layout: ChunkLayout
  /// Checksum by chunk.
  package private(set) var chunks: [Int: UInt64] = [:]

  package init(layout: ChunkLayout) { self.layout = layout }

  /// nil when the text is of another version or another layout: then nothing of the partial object can be used.
  package init?(parsing bytes: [UInt8], layout: ChunkLayout) {
    self.init(layout: layout)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let header = lines.first, lines.count > 1, Array(header) + [UInt8(ascii: "\n")] == Array(self.header.utf8) else {
      return nil
    }
    lines.removeLast()  // empty, or cut short
    for line in lines.dropFirst() {
      let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 2, let chunk = Int(fields[0]), (0..<layout.count).contains(chunk),
        fields[1].utf8.count == 16, let checksum = UInt64(fields[1], radix: 16)
      else { continue }
      chunks[chunk] = checksum
    }
  }

  package var header: String { "lfsfetch journal 1 \(layout.size) \(layout.chunkSize)\n" }

  package static func line(chunk: Int, checksum: UInt64) -> String {
    let digits = String(checksum, radix: 16)
    return "\(chunk) \(String(repeating: "0", count: 16 - digits.utf8.count))\(digits)\n"
  }
}

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

  /// The chunks may be of another size than this version makes them. nil when the text is of another form or of
  /// another object: then nothing of the partial object can be used.
  package init?(parsing bytes: [UInt8], size: Int64) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 1, let chunkSize = lines[0].split(separator: UInt8(ascii: " ")).last,
      let layout = Int64(String(decoding: chunkSize, as: UTF8.self)).flatMap({ ChunkLayout(size: size, chunkSize: $0) })
    else { return nil }
    self.init(layout: layout)
    guard Array(lines[0]) + [UInt8(ascii: "\n")] == Array(header.utf8) else { return nil }
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

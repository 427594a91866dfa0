/// `bytes` in a gzip envelope, stored and not compressed: enough for a `Content-Encoding` that must be undone.
package func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var output: [UInt8] = gzipHeader
  var start = 0
  repeat {
    let block = bytes[start..<min(start + 0xffff, bytes.count)]
    start += block.count
    let count = UInt16(block.count)
    output += [start == bytes.count ? 1 : 0] + littleEndian(count) + littleEndian(~count) + block
  } while start < bytes.count
  return output + littleEndian(crc32(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
}

/// A gzip text that blows up to about `count` zeros, 158 times its own size, and has no end: by then whoever reads
/// it must have stopped.
package func gzipBomb(_ count: Int) -> [UInt8] {
  var output = gzipHeader
  var bits: UInt32 = 0
  var bitCount = 0
  func put(_ value: UInt32, _ width: Int) {
    bits |= value << UInt32(bitCount)
    bitCount += width
    while bitCount >= 8 {
      output.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount -= 8
    }
  }
  put(0b011, 3)  // the last block, with the fixed codes of RFC 1951
  put(0b0000_1100, 8)  // the literal 0; codes are sent from their highest bit on
  // Length 258 at distance 1: the codes 11000101 and 00000.
  for _ in 0..<(count / 258) { put(0b00000_1010_0011, 13) }
  return output
}

private let gzipHeader: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(UInt32.max) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
  }
}

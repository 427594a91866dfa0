import CGit2

/// The SHA-1 name of a git object: 20 bytes, written as 40 lower-case hexadecimal digits.
package struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The digest as three integers, so that an id needs no memory of its own.
  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  /// What git writes where there is no object.
  static let none = ObjectID(bytes: [UInt8](repeating: 0, count: byteCount))

  package static let byteCount = 20
  package static let hexLength = 40

  /// Exactly 40 lower-case hexadecimal digits; anything else is nil.
  package init?(hex: some StringProtocol) {
    self.init(hexDigits: hex.utf8)
  }

  init?(hexDigits digits: some Collection<UInt8>) {
    guard digits.count == ObjectID.hexLength else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ObjectID.byteCount)
    var upper: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let high = upper {
        bytes.append(high << 4 | value)
        upper = nil
      } else {
        upper = value
      }
    }
    self.init(bytes: bytes)
  }

  /// Exactly 20 bytes.
  init?(raw bytes: some Collection<UInt8>) {
    guard bytes.count == ObjectID.byteCount else { return nil }
    self.init(bytes: bytes)
  }

  private init(bytes: some Collection<UInt8>) {
    let high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    let middle = bytes.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    let low = bytes.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    (self.high, self.middle, self.low) = (high, middle, low)
  }

  package var bytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: middle >> (56 - 8 * $0)) }
      + (0..<4).map { UInt8(truncatingIfNeeded: low >> (24 - 8 * $0)) }
  }

  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  package var description: String { hex }

  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}

extension ObjectID {
  init(_ oid: git_oid) {
    self = withUnsafeBytes(of: oid.id) { ObjectID(bytes: $0.prefix(ObjectID.byteCount)) }
  }

  /// The same id as libgit2's type. Made through the library because the struct grows with SHA-256 support.
  var gitOID: git_oid {
    var oid = git_oid()
    _ = bytes.withUnsafeBufferPointer { git_oid_fromraw(&oid, $0.baseAddress) }
    return oid
  }
}

extension ObjectID {
  /// The id that a blob of these bytes has.
  package static func digest(of bytes: [UInt8]) -> ObjectID {
    Libgit2.start()
    var oid = git_oid()
    // Fails for unknown object types only.
    _ = bytes.withUnsafeBytes { git_odb_hash(&oid, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
    return ObjectID(oid)
  }
}

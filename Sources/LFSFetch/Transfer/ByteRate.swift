import Text

/// A number of bytes a second as people write it: `800k`, `10M`, `1.5G`, in powers of 1000 as links are sold, with or
/// without `B/s`.
public struct ByteRate: Sendable, Equatable {
  public let bytesPerSecond: Int64

  public init(bytesPerSecond: Int64) { self.bytesPerSecond = bytesPerSecond }

  public init?(_ text: String) {
    var digits = text.inLowerCase[...]
    if digits.hasSuffix("/s") { digits = digits.dropLast(2) }
    if digits.hasSuffix("b") { digits = digits.dropLast() }
    var factor = 1.0
    if let unit = digits.last, let power = ["k": 1e3, "m": 1e6, "g": 1e9][unit] {
      factor = power
      digits = digits.dropLast()
    }
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits),
      number > 0, number * factor >= 1, number * factor < 1e15
    else { return nil }
    bytesPerSecond = Int64(number * factor)
  }
}

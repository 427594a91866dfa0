/// Git's framing: four hexadecimal digits that count themselves and the payload, or one of three marks without
/// payload. https://git-scm.com/docs/protocol-common
package enum PktLine: Equatable, Sendable {
  case data([UInt8])
  case flush
  case delimiter
  case responseEnd

  /// The longest line, its four digits included.
  static let maximumLength = 65520

  package init(_ text: String) { self = .data(Array(text.utf8)) }

  package func append(to output: inout [UInt8]) {
    switch self {
    case .flush: output += "0000".utf8
    case .delimiter: output += "0001".utf8
    case .responseEnd: output += "0002".utf8
    case .data(let payload):
      precondition(payload.count + 4 <= PktLine.maximumLength, "a packet line cannot be that long")
      let length = String(payload.count + 4, radix: 16)
      output += String(repeating: "0", count: 4 - length.count).utf8
      output += length.utf8
      output += payload
    }
  }

  package static func encode(_ lines: [PktLine]) -> [UInt8] {
    var output: [UInt8] = []
    for line in lines { line.append(to: &output) }
    return output
  }

  /// A whole body. It must end where a line ends.
  package static func decode(_ bytes: [UInt8]) throws(GitError) -> [PktLine] {
    var lines: [PktLine] = []
    var decoder = PktLineDecoder()
    try bytes.withUnsafeBufferPointer { buffer throws(GitError) in
      try decoder.decode(UnsafeRawBufferPointer(buffer)) { packet throws(GitError) in
        switch packet {
        case .data(let payload): lines.append(.data(Array(payload)))
        case .flush: lines.append(.flush)
        case .delimiter: lines.append(.delimiter)
        case .responseEnd: lines.append(.responseEnd)
        }
      }
    }
    guard decoder.isBetweenLines else {
      throw GitError(.protocolViolation, "the answer ends in the middle of a line")
    }
    return lines
  }

  /// The payload as text without its line feed, nil for a mark.
  var text: String? {
    guard case .data(var payload) = self else { return nil }
    if payload.last == 0x0a { payload.removeLast() }
    return String(decoding: payload, as: UTF8.self)
  }
}

/// Cuts bytes that arrive in pieces of any size into packet lines. A line that lies whole in one piece is handed on
/// where it lies; only split ones are gathered, in one buffer that is used again.
struct PktLineDecoder {
  /// A line as it is handed on; the payload is valid during the call only.
  enum Packet {
    case data(UnsafeRawBufferPointer)
    case flush, delimiter, responseEnd
  }

  private var gathered: [UInt8] = []
  /// Length of the line in `gathered`, its digits included, once the digits are there.
  private var length: Int?

  var isBetweenLines: Bool { gathered.isEmpty }

  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ receive: (Packet) throws(GitError) -> Void
  ) throws(GitError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      if gathered.isEmpty, rest.count >= 4 {
        let length = try PktLineDecoder.length(UnsafeRawBufferPointer(rebasing: rest.prefix(4)))
        if max(length, 4) <= rest.count {
          let payload = UnsafeRawBufferPointer(rebasing: rest.prefix(max(length, 4)).dropFirst(4))
          rest = rest.dropFirst(max(length, 4))
          try receive(PktLineDecoder.packet(length, payload))
          continue
        }
      }
      try gather(&rest, receive)
    }
  }

  /// Takes from `rest` what the line begun in `gathered` lacks, and hands it on when it is complete.
  private mutating func gather(
    _ rest: inout Slice<UnsafeRawBufferPointer>, _ receive: (Packet) throws(GitError) -> Void
  ) throws(GitError) {
    let goal = length.map { max($0, 4) } ?? 4
    let taken = rest.prefix(goal - gathered.count)
    gathered.append(contentsOf: taken)
    rest = rest.dropFirst(taken.count)
    guard gathered.count == goal else { return }
    let known: Int
    if let length {
      known = length
    } else {
      known = try gathered.withUnsafeBufferPointer { bytes throws(GitError) in
        try PktLineDecoder.length(UnsafeRawBufferPointer(bytes))
      }
      length = known
      if known > 4 { return }
    }
    try gathered.withUnsafeBufferPointer { bytes throws(GitError) in
      let payload = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.dropFirst(4)))
      try receive(PktLineDecoder.packet(known, payload))
    }
    gathered.removeAll(keepingCapacity: true)
    length = nil
  }

  private static func length(_ digits: UnsafeRawBufferPointer) throws(GitError) -> Int {
    var length = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): length = length << 4 | Int(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): length = length << 4 | Int(digit - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): length = length << 4 | Int(digit - UInt8(ascii: "A") + 10)
      default:
        throw GitError(
          .protocolViolation, "the answer is not in git's format",
          cause: "`\(String(hostile: digits))` is no line length")
      }
    }
    guard length != 3, length <= PktLine.maximumLength else {
      throw GitError(
        .protocolViolation, "the answer is not in git's format", cause: "no line can be \(length) bytes long")
    }
    return length
  }

  private static func packet(_ length: Int, _ payload: UnsafeRawBufferPointer) -> Packet {
    switch length {
    case 0: .flush
    case 1: .delimiter
    case 2: .responseEnd
    default: .data(payload)
    }
  }
}

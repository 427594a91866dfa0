import Files

/// Packet lines between two programs that talk through pipes: git and its long-running filter. Lines are read one by
/// one; what is written is gathered until it is worth a system call, or until the other side has to see it.
///
/// https://git-scm.com/docs/gitattributes#_long_running_filter_process
package struct PacketPipe: ~Copyable {
  private let input: ByteStream
  private let output: ByteStream
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
  private var filled = 0..<0
  private var pending: [UInt8] = []

  /// The most that one packet can carry.
  package static let maximumPayload = PktLine.maximumLength - 4

  package init(input: ByteStream, output: ByteStream) {
    self.input = input
    self.output = output
    pending.reserveCapacity(256 << 10)
  }

  deinit { buffer.deallocate() }

  // MARK: Reading

  /// Hands on the payload of the next packet, valid during the call only; nil for a flush. False at the end of the
  /// input.
  package mutating func next(
    _ receive: (UnsafeRawBufferPointer?) throws(GitError) -> Void
  ) throws(GitError) -> Bool {
    guard try fill(4) else { return false }
    let digits = String(decoding: buffer[filled.lowerBound..<filled.lowerBound + 4], as: UTF8.self)
    guard let length = Int(digits, radix: 16), length == 0 || (4...PktLine.maximumLength).contains(length) else {
      throw GitError(.protocolViolation, "git's filter protocol is broken", cause: "a packet's length is not valid")
    }
    guard length > 0 else {
      filled = filled.lowerBound + 4..<filled.upperBound
      try receive(nil)
      return true
    }
    guard try fill(length) else { throw Self.cutOff }
    let end = filled.lowerBound + length
    let payload = UnsafeRawBufferPointer(rebasing: buffer[filled.lowerBound + 4..<end])
    filled = end..<filled.upperBound
    try receive(payload)
    return true
  }

  /// The lines up to the next flush, without their line feeds; nil at the end of the input.
  package mutating func lines() throws(GitError) -> [String]? {
    guard let list = try packets() else { return nil }
    return list.map { line in String(decoding: line.last == 0x0a ? line.dropLast() : line[...], as: UTF8.self) }
  }

  /// The packets up to the next flush as they are; nil at the end of the input.
  package mutating func packets() throws(GitError) -> [[UInt8]]? {
    var list: [[UInt8]] = []
    var isOver = false
    while !isOver {
      let isThere = try next { payload throws(GitError) in
        if let payload { list.append(Array(payload)) } else { isOver = true }
      }
      guard isThere else {
        if list.isEmpty { return nil }
        throw Self.cutOff
      }
    }
    return list
  }

  private static var cutOff: GitError {
    GitError(.protocolViolation, "git's filter protocol is broken", cause: "the input ends in the middle of a message")
  }

  /// Sees to it that `count` bytes are in the buffer; false when the input ends before the first of them.
  private mutating func fill(_ count: Int) throws(GitError) -> Bool {
    if filled.lowerBound + count > buffer.count {
      buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + filled.lowerBound, byteCount: filled.count)
      filled = 0..<filled.count
    }
    while filled.count < count {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled.upperBound...])
      let more: Int
      do throws(FileError) { more = try input.read(into: room) } catch { throw GitError(error) }
      if more == 0 {
        if filled.isEmpty { return false }
        throw Self.cutOff
      }
      filled = filled.lowerBound..<filled.upperBound + more
    }
    return true
  }

  /// The other side is gone.
  package var isAbandoned: Bool { input.isAbandoned }

  // MARK: Writing

  package mutating func write(_ lines: String...) throws(GitError) {
    for line in lines { PktLine(line + "\n").append(to: &pending) }
    try writeIfFull()
  }

  /// Content, in as few packets as it takes.
  package mutating func write(content bytes: UnsafeRawBufferPointer) throws(GitError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.maximumPayload)
      let length = String(part.count + 4, radix: 16)
      pending += String(repeating: "0", count: 4 - length.count).utf8
      pending += length.utf8
      pending.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      try writeIfFull()
    }
  }

  package mutating func write(line bytes: [UInt8]) throws(GitError) {
    PktLine.data(bytes + [0x0a]).append(to: &pending)
    try writeIfFull()
  }

  package mutating func flush() { PktLine.flush.append(to: &pending) }

  private mutating func writeIfFull() throws(GitError) {
    if pending.count >= 192 << 10 { try send() }
  }

  /// Lets the other side have what was written.
  package mutating func send() throws(GitError) {
    guard !pending.isEmpty else { return }
    do throws(FileError) { try output.write(pending) } catch { throw GitError(error) }
    pending.removeAll(keepingCapacity: true)
  }
}

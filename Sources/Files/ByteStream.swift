#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A descriptor that is read or written in order, and that somebody else has opened: a pipe, a terminal, a file.
/// It is not closed.
package struct ByteStream: Sendable {
  private let descriptor: Int32
  private let name: String

  package static let standardInput = ByteStream(descriptor: 0, name: "standard input")
  package static let standardOutput = ByteStream(descriptor: 1, name: "standard output")

  package init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Waits for bytes and reads what is there, at most what the buffer holds; 0 is the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    #if canImport(Glibc)
      let count = retryingOnInterrupt { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    #else
      let count = retryingOnInterrupt { Darwin.read(descriptor, buffer.baseAddress, buffer.count) }
    #endif
    guard count >= 0 else { throw FileError("read", name) }
    return count
  }

  /// Whether nobody is left who could write into this pipe, although there may be bytes in it still.
  package var isAbandoned: Bool {
    var request = pollfd(fd: descriptor, events: 0, revents: 0)
    return poll(&request, 1, 0) == 1 && request.revents & Int16(POLLHUP) != 0
  }

  /// Reads until the buffer is full or the input ends.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count,
      case let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...])),
      count > 0
    {
      done += count
    }
    return done
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Glibc)
        let count = retryingOnInterrupt { Glibc.write(descriptor, part.baseAddress, part.count) }
      #else
        let count = retryingOnInterrupt { Darwin.write(descriptor, part.baseAddress, part.count) }
      #endif
      guard count >= 0 else { throw FileError("write to", name) }
      rest = rest.dropFirst(count)
    }
  }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    let result: Result<Void, FileError> = bytes.withUnsafeBytes { buffer in
      do throws(FileError) { return .success(try write(buffer)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// All bytes of a file, whatever its size.
  package func write(contentOf file: File) throws(FileError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    var count = buffer.count
    while count == buffer.count {
      count = try file.read(into: buffer, at: offset)
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += Int64(count)
    }
  }

  /// All that is left, up to `limit` bytes; what is longer is an error.
  package func readAll(limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    try readPieces { piece throws(FileError) in
      guard bytes.count + piece.count <= limit else { throw FileError("read", name, errno: EFBIG) }
      bytes.append(contentsOf: piece)
    }
    return bytes
  }

  /// Hands on all that is left, piece by piece.
  package func readPieces(_ receive: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while case let count = try read(into: buffer), count > 0 {
      try receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

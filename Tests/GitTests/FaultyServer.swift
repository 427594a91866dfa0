import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A server on 127.0.0.1 that answers each request with the bytes that a test gives it and closes the connection,
/// for what no real server can be made to do.
final class FaultyServer: Sendable {
  struct Request: Sendable, Equatable {
    let method: String
    let path: String
    let head: [String]
    let body: [UInt8]
  }

  let url: String
  private let listener: Int32

  /// `answer` gets each request and its number, from 0.
  init(_ answer: @escaping @Sendable (Request, Int) -> [UInt8]) throws {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let listener = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    self.listener = listener
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/x.git"
    Thread {
      var count = 0
      while true {
        let connection = accept(listener, nil, nil)
        // The thread closes its own socket: closed by another, its number could be a new server's at once.
        guard connection >= 0 else {
          close(listener)
          return
        }
        if let request = FaultyServer.read(from: connection) {
          let bytes = answer(request, count)
          count += 1
          var sent = 0
          while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes {
              send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { break }
            sent += step
          }
        }
        close(connection)
      }
    }.start()
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private static func read(from connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    var wanted: Int?
    var head: [Substring] = []
    while wanted.map({ bytes.count < $0 }) ?? true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      if wanted == nil, let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) {
        head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let field = head.first { $0.lowercased().hasPrefix("content-length:") }
        wanted =
          end.upperBound + (field.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0)
      }
    }
    let line = head.first?.split(separator: " ") ?? []
    guard line.count == 3, let wanted else { return nil }
    let bodyLength = bytes.count - (Data(bytes).range(of: Data("\r\n\r\n".utf8))?.upperBound ?? wanted)
    return Request(
      method: String(line[0]), path: String(line[1]), head: head.map(String.init), body: bytes.suffix(bodyLength))
  }

  /// An answer that ends where it says; `length` pretends another size.
  static func answer(
    _ type: String, _ body: [UInt8], status: String = "200 OK", length: Int? = nil, headers: String = ""
  ) -> [UInt8] {
    Array(
      "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(length ?? body.count)\r\n\(headers)Connection: close\r\n\r\n"
        .utf8) + body
  }
}

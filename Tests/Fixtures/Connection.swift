import Foundation
import HTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One connection of the fault server: reads requests, sends what the table answers. Runs on a thread of its own, so
/// everything blocks.
final class Connection {
  private let descriptor: Int32
  private let number: Int
  /// What was received and not yet read as a request.
  private var received: [UInt8] = []

  init(descriptor: Int32, number: Int) {
    self.descriptor = descriptor
    self.number = number
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    #if !canImport(Glibc)
      setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
    #endif
  }

  func serve(_ table: RouteTable) {
    guard table.open() else { return tearDown() }
    defer { table.close() }
    let pacers = [table.pacer, Pacer(table.link.bytesPerSecondEach)].compactMap(\.self)
    while let request = nextRequest() {
      var response = table.response(to: request)
      response.pauseBeforeHeaders += table.link.roundTrip
      guard send(response, to: request, table, pacers) else { return }
    }
  }

  /// Sends these very bytes for the first request.
  func answerOnce(_ answer: (FaultServer.Request) -> [UInt8]) {
    if let request = nextRequest() { _ = send(answer(request)[...]) }
  }

  // MARK: Receiving

  private func nextRequest() -> FaultServer.Request? {
    var end: Int?
    while end == nil {
      end = received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
      if end == nil { guard receiveMore() else { return nil } }
    }
    guard let end else { return nil }
    let lines = String(decoding: received[..<(end - 4)], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return nil }
    var headers = HTTPHeaders()
    for line in lines.dropFirst() {
      let field = line.split(separator: ":", maxSplits: 1)
      headers.add(String(field[0]), field.count > 1 ? field[1].trimmingCharacters(in: .whitespaces) : "")
    }
    let length = headers["Content-Length"].flatMap { Int($0) } ?? 0
    while received.count < end + length { guard receiveMore() else { return nil } }
    let body = Array(received[end..<(end + length)])
    received.removeFirst(end + length)
    let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return FaultServer.Request(
      method: String(words[0]), path: String(target[0]), query: target.count > 1 ? String(target[1]) : nil,
      headers: headers, body: body, connection: number, time: .now)
  }

  private func receiveMore() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    received += buffer[..<count]
    return true
  }

  // MARK: Sending

  /// False when the connection is over.
  private func send(
    _ response: FaultServer.Response, to request: FaultServer.Request, _ table: RouteTable, _ linkPacers: [Pacer]
  ) -> Bool {
    let (bytes, ending) = request.method == "HEAD" ? ([], .complete) : response.tail
    let count =
      switch ending {
      case .complete: bytes.count
      case .close(let count), .reset(let count), .stall(let count): min(count, bytes.count)
      }
    // A client that has the last byte may ask again over another connection: the request is over before that byte
    // goes out. One that stalls is under way until the client gives up.
    var isUnderWay = true
    func endRequest() {
      if isUnderWay { table.answered() }
      isUnderWay = false
    }
    defer { endRequest() }
    let isLast: (Int) -> Bool = { if case .stall = ending { false } else { $0 >= count } }

    guard pause(response.pauseBeforeHeaders) else { return false }
    if isLast(0) { endRequest() }
    guard send(response.head[...]) else { return false }
    let pacers = linkPacers + [Pacer(response.bytesPerSecond)].compactMap(\.self)
    // Slow answers go in tenths of a second; fast ones in pieces, so that what is counted follows what was sent.
    let piece = pacers.map(\.piece).reduce(65536, min)
    for start in stride(from: 0, to: count, by: piece) {
      let end = min(start + piece, count)
      // Counted first: a client that has the bytes must find them counted.
      table.serve(end - start, request.path)
      if isLast(end) { endRequest() }
      guard send(bytes[start..<end]) else { return false }
      guard let next = pacers.map({ $0.take(end - start) }).max() else { continue }
      guard pause(next - .now) else { return false }
    }
    switch ending {
    case .complete: return true
    case .close: return false
    case .reset:
      // A reset throws away what the client has not read yet, which should be little.
      Thread.sleep(forTimeInterval: 0.03)
      tearDown()
      return false
    case .stall:
      while receiveMore() {}
      return false
    }
  }

  /// Lets the connection end with a reset when it is closed.
  private func tearDown() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// False when the client or the server's end broke it off.
  private func pause(_ duration: Duration) -> Bool {
    guard duration > .zero else { return true }
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, Int32(duration / .milliseconds(1))) == 0
  }

  private func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    #if canImport(Glibc)
      let flags = Int32(MSG_NOSIGNAL)
    #else
      let flags: Int32 = 0
    #endif
    return bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count {
        let count = Foundation.send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, flags)
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }
}

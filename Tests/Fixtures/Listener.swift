import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A listening socket on 127.0.0.1 with a port of the system's choosing, and a thread for each connection.
final class Listener: Sendable {
  /// The connections' descriptors, shared with the threads that may outlive the listener by a moment.
  private final class Connections: Sendable {
    struct State {
      var open: Set<Int32> = []
      var isStopped = false
      var count = 0
    }
    let state = Mutex(State())

    /// The connection's number, or nil when it comes too late.
    func add(_ descriptor: Int32) -> Int? {
      state.withLock { state in
        guard !state.isStopped else { return nil }
        state.open.insert(descriptor)
        state.count += 1
        return state.count
      }
    }

    /// Under the lock, so that `stop` never shuts down a number that the system has given away again.
    func close(_ descriptor: Int32) {
      state.withLock { state in
        state.open.remove(descriptor)
        _ = Foundation.close(descriptor)
      }
    }

    func stop() {
      state.withLock { state in
        state.isStopped = true
        for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
      }
    }
  }

  let port: Int
  private let descriptor: Int32
  private let connections = Connections()

  init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 512) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    self.descriptor = descriptor
    port = Int(UInt16(bigEndian: address.sin_port))

    Thread.detachNewThread { [connections] in
      // It looks up now and then because `shutdown` wakes `accept` on Linux alone.
      while !connections.state.withLock({ $0.isStopped }) {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, 100) > 0 else { continue }
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { continue }
        guard let number = connections.add(accepted) else {
          close(accepted)
          break
        }
        Thread.detachNewThread {
          serve(Connection(descriptor: accepted, number: number))
          connections.close(accepted)
        }
      }
      close(descriptor)
    }
  }

  func stop() {
    guard !connections.state.withLock({ $0.isStopped }) else { return }
    connections.stop()
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}

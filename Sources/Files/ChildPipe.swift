import CSystem
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Two descriptors: what is written to one is read from the other. No program that is started inherits them.
struct ChildPipe: Sendable {
  /// One of the two; closed once, by `close` or with its last reference.
  final class End: Sendable {
    /// Only for calls made while the end is kept alive and open.
    let descriptor: Int32
    private let isOpen = Atomic(true)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func close() {
      guard isOpen.exchange(false, ordering: .relaxed) else { return }
      #if canImport(Glibc)
        _ = Glibc.close(descriptor)
      #else
        _ = Darwin.close(descriptor)
      #endif
    }

    deinit { close() }
  }

  let reading: End
  let writing: End

  init() throws(FileError) {
    var ends: [Int32] = [-1, -1]
    guard lf_pipe(&ends) == 0 else { throw FileError("open", "a pipe") }
    (reading, writing) = (End(ends[0]), End(ends[1]))
  }
}

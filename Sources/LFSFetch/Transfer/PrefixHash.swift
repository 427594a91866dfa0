import Dispatch
import Files
import Synchronization

/// The SHA-256 of an object while it arrives: follows the part of the file that has no gaps, on a thread of its
/// own, so that it is nearly finished when the last chunk comes in.
///
/// On the way it has the system write the file to the disk: otherwise the sync at the end of the run would take
/// nearly as long as the download.
///
/// Chunks come in any order and SHA-256 does not, so it reads the file back, which is still in memory.
/// Everything mutable is touched on `queue` alone; that makes the unchecked conformance true.
package final class PrefixHash: @unchecked Sendable {
  private let file: File
  /// Gets the same bytes.
  private let copy: EarlyCopy?
  private let queue = DispatchQueue(label: "lfsfetch.hash")
  private let hash = SHA256()
  private var offset: Int64 = 0
  private var failure: FileError?
  /// Where the part ends that is being written to the disk.
  private var writtenBack: Int64 = 0
  private let isWritingBack = Atomic(false)
  private let target = Atomic<Int64>(0)

  package init(of file: File, copy: EarlyCopy? = nil) {
    self.file = file
    self.copy = copy
  }

  /// The first `end` bytes of the file are final.
  package func advance(to end: Int64) {
    guard end >= target.load(ordering: .relaxed) + Self.step else { return }
    follow(to: end)
  }

  /// Not worth a wake-up for less.
  private static let step: Int64 = 1 << 20

  private func follow(to end: Int64) {
    target.store(end, ordering: .relaxed)
    queue.async { self.catchUp() }
  }

  /// The digest of the first `size` bytes, once all of them are there.
  package func finish(size: Int64) async throws(FileError) -> SHA256Digest {
    follow(to: size)
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<SHA256Digest, FileError>, Never>) in
      queue.async {
        self.startWriteBack()
        if let failure = self.failure { return continuation.resume(returning: .failure(failure)) }
        continuation.resume(returning: .success(self.hash.finish()))
      }
    }
    return try result.get()
  }

  private static let writtenBackAtOnce: Int64 = 16 << 20

  /// On another thread, because it waits where the disk is slow, and hashing need not.
  private func startWriteBack() {
    guard !isWritingBack.exchange(true, ordering: .relaxed) else { return }
    writtenBack = offset
    DispatchQueue.global(qos: .utility).async { [file, copy] in
      file.startWriteBack()
      copy?.startWriteBack()
      self.isWritingBack.store(false, ordering: .relaxed)
    }
  }

  private func catchUp() {
    let end = target.load(ordering: .relaxed)
    guard offset < end, failure == nil else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    defer { buffer.deallocate() }
    do throws(FileError) {
      while offset < end {
        let wanted = Int(min(Int64(buffer.count), end - offset))
        let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
        guard count > 0 else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        hash.update(bytes)
        copy?.write(bytes, at: offset)
        offset += Int64(count)
        if offset - writtenBack >= Self.writtenBackAtOnce { startWriteBack() }
      }
    } catch {
      failure = error
    }
  }
}

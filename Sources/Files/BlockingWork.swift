import Dispatch
import Synchronization

/// Runs work that blocks on the disk away from the few threads that async functions share.
package func onBlockingThread<Value: Sendable, Failure: Error>(
  _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
  let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
    DispatchQueue.global().async {
      do throws(Failure) {
        continuation.resume(returning: .success(try work()))
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
  }
  return try result.get()
}

/// Does blocking work on a few parts of a list at once, and returns what came of each part, in order. The kernel makes
/// small files several times as fast when it is asked by more than one thread.
package func onPartsAtOnce<Element: Sendable, Value: Sendable, Failure: Error>(
  _ list: [Element], _ work: @escaping @Sendable (ArraySlice<Element>) throws(Failure) -> Value
) throws(Failure) -> [Value] {
  let size = max(1, (list.count + partsAtOnce - 1) / partsAtOnce)
  let parts = stride(from: 0, to: list.count, by: size).map { list[$0..<min($0 + size, list.count)] }
  let results = Mutex<[Int: Result<Value, Failure>]>([:])
  DispatchQueue.concurrentPerform(iterations: parts.count) { index in
    let result: Result<Value, Failure>
    do throws(Failure) { result = .success(try work(parts[index])) } catch { result = .failure(error) }
    results.withLock { $0[index] = result }
  }
  var values: [Value] = []
  for index in parts.indices {
    if let result = results.withLock({ $0[index] }) { values.append(try result.get()) }
  }
  return values
}

private let partsAtOnce = 4

import Dispatch

/// Runs a repository's jobs one after another on a queue of its own: libgit2 blocks on the disk, and must not take
/// one of the few threads that all async functions share.
final class RepositoryExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "lfsfetch.repository")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

import LFSFetch

/// The line with which git-lfs ends its progress on stdout, and which scripts look for.
enum GitLFSMeter {
  typealias Count = LFSRepository.CheckoutReport.Count

  static func tell(_ what: String, _ done: Count, of all: Count, seconds: Double = 0, _ console: Console) {
    guard all.files > 0 else { return }
    console.output.writeLine(line(what, done, of: all, seconds: seconds))
  }

  /// `Downloading LFS objects: 100% (5/5), 95 B | 1.2 KB/s, done.`
  static func line(_ what: String, _ done: Count, of all: Count, seconds: Double) -> String {
    let share = String(100 * done.files / all.files)
    let padding = String(repeating: " ", count: max(0, 3 - share.count))
    let speed = seconds > 0 ? Int64(Double(done.bytes) / seconds) : 0
    return "\(what) LFS objects: \(padding)\(share)% (\(done.files)/\(all.files)), \(Quantity.lfs(done.bytes)) | "
      + "\(Quantity.lfs(speed))/s" + (done.files == all.files ? ", done." : "")
  }
}

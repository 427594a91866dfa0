import LFSFetch

/// The hooks `post-checkout`, `post-merge` and `post-rewrite`: content for the pointers that git has just written.
///
/// Git has done its work by then, so whatever goes wrong here is said, and is no failure of git's.
enum Arriving {
  static func run(_ arrival: Arrival?, _ arguments: Arguments, _ console: Console) async -> ExitStatus {
    guard let arrival, !LFSSettings.skipsSmudging else { return .done }
    do throws(FetchError) {
      return try await fill(arrival, try await Obtaining(arguments, console, isHook: true), console)
    } catch {
      if error.code == .interrupted { return .interrupted }
      var error = error
      error.hint = error.hint ?? "`lfsfetch pull` brings the content of the LFS files that are pointers"
      console.warn(error)
      return .done
    }
  }

  private static func fill(
    _ arrival: Arrival, _ obtaining: Obtaining, _ console: Console
  ) async throws(FetchError) -> ExitStatus {
    let repository = obtaining.repository
    guard let unfilled = try await repository.unfilled(after: arrival), !unfilled.files.isEmpty else { return .done }
    let files = unfilled.files
    if let obstacle = try repository.obstacle(to: arrival) {
      console.warn(missing(files.map(\.name), because: obstacle, "`lfsfetch pull` brings it"))
      return .done
    }
    var failures: [FetchError] = []
    do throws(FetchError) {
      let obtained = try await obtaining.obtain(
        files, from: repository.defaultRemote, reference: repository.defaultReference)
      failures = files.compactMap { obtained.failures[$0.pointer.oid] }
    } catch { failures = [error] }
    if failures.contains(where: { $0.code == .interrupted }) { return .interrupted }
    let report = try await repository.fill(unfilled)
    for failure in report.failures + report.obstructed { console.warn(failure) }
    if let failure = failures.first {
      console.warn(missing(report.missing.map(\.name), because: failure, "`lfsfetch pull` brings it"))
    }
    return .done
  }

  /// What is said of content that could not be had.
  static func missing(_ names: [String], because failure: FetchError, _ remedy: String) -> FetchError {
    FetchError(
      failure.code, "the content of \(NameList.files(names.count)) is missing: \(NameList.text(names))",
      causes: [failure.message] + failure.causes, hint: (failure.hint.map { $0 + "; then " } ?? "") + remedy)
  }
}

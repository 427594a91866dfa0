import LFSFetch

/// The hook `post-receive`: a machine to which is pushed, a mirror say, fetches the LFS objects of what came, into its
/// store and the repository.
enum PostReceive {
  static func run(_ arguments: Arguments, _ console: Console) async -> ExitStatus {
    let references = StandardInput.lines().compactMap(ReceivedReference.init)
    do throws(FetchError) {
      let obtaining = try await Obtaining(arguments, console, isHook: true)
      let repository = obtaining.repository
      let selection = repository.settings.selection()
      let files = try await repository.files(broughtBy: references).filter { selection.contains($0.path) }
      guard !files.isEmpty else { return .done }
      let obtained = try await obtaining.obtain(
        files, from: repository.defaultRemote, reference: references.count == 1 ? references[0].name : nil)
      let missing = files.filter { obtained.failures[$0.pointer.oid] != nil }
      if let failure = missing.first.flatMap({ obtained.failures[$0.pointer.oid] }) {
        if failure.code == .interrupted { return .interrupted }
        console.warn(
          Arriving.missing(missing.map(\.name), because: failure, "`lfsfetch fetch --all` in this repository brings it")
        )
      }
    } catch {
      if error.code == .interrupted { return .interrupted }
      console.warn(error)
    }
    return .done
  }
}

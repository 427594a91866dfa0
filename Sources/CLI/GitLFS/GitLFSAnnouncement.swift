import LFSFetch

/// What git-lfs says on stdout before it fetches: whose objects these are.
enum GitLFSAnnouncement {
  static func tell(
    _ scope: FetchScope, _ files: [LFSFile], of repository: LFSRepository, _ console: Console
  ) async throws(FetchError) {
    guard !scope.all else {
      let count = Set(files.map(\.pointer.oid)).count
      console.output.writeLine("fetch: \(count) \(count == 1 ? "object" : "objects") found, done.")
      return console.output.writeLine("fetch: Fetching all references...")
    }
    for name in scope.references.isEmpty ? ["HEAD"] : scope.references {
      console.printPath("fetch: Fetching reference \(try await repository.fullName(of: name))")
    }
    let days = repository.settings.recentReferenceDays
    if scope.recent || repository.settings.fetchesRecentAlways, days > 0 {
      console.output.writeLine("fetch: Fetching recent branches within \(days) days")
    }
  }
}

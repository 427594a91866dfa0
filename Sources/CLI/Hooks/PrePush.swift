import LFSFetch

/// The hook that git-lfs installs runs this before each push. Uploading is no part of this tool: a push that has no LFS
/// files goes on, and one that has is stopped, because their content would be missing on the server.
enum PrePush {
  static func run(remote: String?, _ console: Console) async -> ExitStatus {
    do throws(FetchError) {
      let repository = try await LFSRepository(FetcherConfiguration())
      let files = try await repository.files(toBePushed: StandardInput.lines(), to: remote ?? "origin")
      guard let first = files.first else { return .done }
      let others = files.count == 1 ? "" : " and \(files.count - 1) more"
      throw FetchError(
        .usage, "the push has LFS files, which lfsfetch does not upload: `\(first.name)`\(others)",
        hint: "push with the real git-lfs; or, when the server has the content already, with `git push --no-verify`")
    } catch {
      console.report(error)
      return .elsewhere
    }
  }
}

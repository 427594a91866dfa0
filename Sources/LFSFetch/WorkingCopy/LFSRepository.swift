import Files
import Git
import Text

/// A git repository as git-lfs sees it: what the commands of the stand-in work with.
///
/// `WorkingRepository` finds and reads it, `LFSSettings` says how it is configured, `MediaFolder` holds its objects,
/// and a `Fetcher` brings those that it lacks into the store.
package final class LFSRepository: Sendable {
  package let repository: WorkingRepository
  package let settings: LFSSettings
  package let media: MediaFolder
  package let head: WorkingRepository.Head
  let fetcher: Fetcher
  let arrivals: ArrivalLinks
  let progressLog: ProgressLog?

  package var layout: WorkingRepository.Layout { repository.layout }
  var store: ObjectStore { fetcher.store }

  /// The repository of the working directory. Of `configuration`, what the repository's settings say of transfers
  /// is replaced by them, but a request that fails is not sent again more than `retries` times.
  package init(
    _ configuration: FetcherConfiguration, retries: Int = .max,
    progress: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) async throws(FetchError) {
    let repository: WorkingRepository
    do throws(GitError) {
      repository = try WorkingRepository()
      head = try await repository.head()
      settings = LFSSettings(repository.config, lfsconfig: try await Self.lfsconfig(of: repository, progress))
    } catch { throw FetchError(repository: error) }
    try Self.checkFormat(of: repository.layout)
    self.repository = repository
    var configuration = configuration
    configuration.gitConfig = settings.config
    // A fault in some registry must not break a checkout.
    configuration.usesStandardRegistries = false
    configuration.jobs = settings.concurrentTransfers
    configuration.connections = settings.concurrentTransfers
    configuration.agents = settings.concurrentTransfers
    configuration.retries = min(retries, settings.retries)
    configuration.longestPause = settings.longestPause
    let layout = repository.layout
    Self.removeLeftovers(in: settings.storage(of: layout))
    media = MediaFolder(of: layout, settings, store: ObjectStore(configuration.cache))
    let arrivals = ArrivalLinks(media)
    self.arrivals = arrivals
    let progressLog = ProgressLog(environment: processEnvironment)
    self.progressLog = progressLog
    fetcher = try Fetcher(configuration) { event in
      arrivals.receive(event)
      progressLog?.receive(event)
      progress(event)
    }
  }

  /// What `.lfsconfig` says. Anybody's commit can spoil it, which must not keep others from working: it then says nothing.
  private static func lfsconfig(
    of repository: WorkingRepository, _ progress: (ProgressEvent) -> Void
  ) async throws(GitError) -> GitConfig {
    do throws(GitError) { return try await repository.lfsconfig() } catch {
      guard error.code == .config else { throw error }
      progress(.warning("\(error.message) and is left out\(error.cause.map { ": \($0)" } ?? "")"))
      return GitConfig()
    }
  }

  /// Whether the working directory is in a repository.
  package static var isHere: Bool { (try? WorkingRepository()) != nil }

  /// The commit that is checked out.
  package var commit: ObjectID {
    get throws(FetchError) {
      if let commit = head.commit { return commit }
      throw FetchError(.notFound, "the repository has no commit yet")
    }
  }

  /// Reads in the repository, with errors that are about it.
  package func reading<Value: Sendable>(
    _ body: (WorkingRepository) async throws(GitError) -> Value
  ) async throws(FetchError) -> Value {
    do throws(GitError) { return try await body(repository) } catch { throw FetchError(repository: error) }
  }

  /// The index of the work tree.
  package func index() throws(FetchError) -> GitIndex {
    do throws(GitError) { return try layout.index() } catch { throw FetchError(repository: error) }
  }

  /// The same, and of a sparse one the files of the folders that stand in it, as far as they are in this repository: what
  /// is staged may be in them.
  package func wholeIndex() async throws(FetchError) -> GitIndex {
    let index = try index()
    return try await reading { git async throws(GitError) in try await git.unfolded(index) ?? index }
  }
}

extension WorkingRepository {
  /// The repository's own settings: `.lfsconfig` of the work tree, else of the index, else of HEAD.
  func lfsconfig() throws(GitError) -> GitConfig {
    let name = ".lfsconfig"
    if let tree = layout.workTree {
      let status = try? FileStatus.of(tree + "/" + name)
      if let status, status.kind == .file {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(tree + "/" + name, limit: 1 << 20) } catch {
          throw GitError(.disk, "cannot read `.lfsconfig`", cause: error.reason)
        }
        return try GitConfig(parsing: bytes, name: name)
      }
      let entry = try layout.index().entries.first { $0.path.elementsEqual(name.utf8) }
      if let entry, let bytes = try content(of: [entry.id], below: 1 << 20)[entry.id] {
        return try GitConfig(parsing: bytes, name: name)
      }
    }
    guard let commit = try head().commit, let id = try blob(at: name, of: commit),
      let bytes = try content(of: [id], below: 1 << 20)[id]
    else { return GitConfig() }
    return try GitConfig(parsing: bytes, name: name)
  }
}

extension FetchError {
  private static let outsideOfRepositories = "this folder is in no git repository"

  /// There is no repository to work in.
  package var isOutsideOfRepositories: Bool { message == Self.outsideOfRepositories }

  /// Something about the repository that is worked in.
  init(repository error: GitError) {
    let causes = error.cause.map { [$0] } ?? []
    switch error.code {
    case .repositoryNotFound:
      self.init(
        .notFound, Self.outsideOfRepositories, causes: causes, hint: "go into a repository, or name one with `GIT_DIR`")
      wordsOfGitLFS = "Not in a Git repository."
    case .revisionNotFound, .notACommit, .missingObject, .emptyRepository:
      self.init(.notFound, error.message, causes: causes)
    case .disk, .notOwned:
      let isLocked = error.cause?.has("index is locked") == true
      self.init(
        .disk, error.message, causes: causes,
        hint: isLocked ? "wait for the git command that holds it; if none runs, remove `index.lock` beside it" : nil)
    case .config, .invalidURL, .unsupportedTransport, .ambiguousRevision:
      self.init(.usage, error.message, causes: causes)
    default: self.init(.integrity, error.message, causes: causes)
    }
  }
}

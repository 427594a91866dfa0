import Files
import HTTP
import Text

/// The fourth step of `get`: bring what is missing into the store, within the limits that the user set.
extension Fetcher {
  func download(_ missing: [MissingObject], for models: [ModelInProgress]) async -> TransferEngine.Outcome {
    do throws(FetchError) {
      return await download(try transfers(of: missing, for: models))
    } catch {
      return .init(failures: Dictionary(missing.map { ($0.oid, error) }) { first, _ in first }, downloaded: 0)
    }
  }

  /// Brings the objects into the store from the sources that are given.
  func download(_ transfers: [Transfer]) async -> TransferEngine.Outcome {
    guard !transfers.isEmpty else { return TransferEngine.Outcome(failures: [:], downloaded: 0) }
    do throws(FetchError) {
      try checkSpace(for: transfers)
      let parts = try network.parts()
      return await withLimitFile { await self.withinWindow(transfers) { await self.run($0, parts) } }
    } catch {
      return .init(failures: Dictionary(transfers.map { ($0.oid, error) }) { first, _ in first }, downloaded: 0)
    }
  }

  /// Brings objects into the store as they become known, until there are no further ones. Hours that are set for
  /// downloads do not count: somebody waits for these. Nor is a full disk waited for: git, which waits, can neither go
  /// on nor make room meanwhile, and what it writes may itself be what fills the disk.
  func download(_ further: AsyncStream<[Transfer]>) async -> TransferEngine.Outcome {
    do throws(FetchError) {
      let parts = try network.parts()
      return await withLimitFile { await self.run([], further: further, parts) }
    } catch {
      var failures: [SHA256Digest: FetchError] = [:]
      for await transfers in further {
        for transfer in transfers { failures[transfer.oid] = error }
      }
      return .init(failures: failures, downloaded: 0)
    }
  }

  private func transfers(
    of missing: [MissingObject], for models: [ModelInProgress]
  ) throws(FetchError) -> [Transfer] {
    var sources = try sources(of: missing, for: models)
    if configuration.offline { sources = sources.mapValues { $0.filter(\.isLocal) } }
    let chunks = models.compactMap(\.resolution?.locked?.chunks).reduce(into: [:]) { $0.merge($1) { $1 } }
    let makesCopies = !missing.isEmpty && makesEarlyCopies
    let transfers = missing.map { object in
      let isCopied = makesCopies && object.size >= ChunkLayout.threshold
      let sources = sources[object.oid] ?? []
      if let firstUse = object.firstUse {
        return Transfer(firstUse, name: object.name, sources: sources, isCopied: isCopied)
      }
      return Transfer(
        oid: object.oid, size: object.size, name: object.name, sources: sources, isCopied: isCopied,
        chunks: chunks[object.oid])
    }
    if configuration.offline, let lost = transfers.first(where: \.sources.isEmpty) {
      throw FetchError(
        .network, "`\(lost.name.escapingControls)` is not in the cache", causes: ["`--offline` forbids to ask for it"],
        hint: "run the command without `--offline` once")
    }
    return transfers
  }

  private func run(
    _ transfers: [Transfer], further: AsyncStream<[Transfer]>? = nil, _ parts: Network.Parts
  ) async -> TransferEngine.Outcome {
    do throws(FetchError) {
      let engine = try inCache { () throws(FileError) in
        try TransferEngine(
          store: store, client: parts.client, batch: parts.batch,
          limits: .init(
            jobs: configuration.jobs, connections: configuration.connections,
            connectionsPerHost: configuration.connectionsPerHost,
            patienceWithFullDisk: further == nil ? configuration.patienceWithFullDisk : .zero,
            agents: configuration.agents, patienceWithAgents: configuration.timeout), report: progress)
      }
      return await engine.run(transfers, further: further)
    } catch {
      return .init(failures: Dictionary(transfers.map { ($0.oid, error) }) { first, _ in first }, downloaded: 0)
    }
  }

  /// Whether the files of `--to` are to be copies, on the cache's own file system.
  private var makesEarlyCopies: Bool {
    guard let destination = configuration.destination, configuration.link == nil || configuration.link == .copy else {
      return false
    }
    return store.makesEarlyCopies(for: destination)
  }

  /// A disk that cannot hold it all is said before the first byte, not after the last that fits.
  private func checkSpace(for missing: [Transfer]) throws(FetchError) {
    var needed: Int64 = 0
    for object in missing {
      // A copy for `--to` takes as much again.
      needed = needed.addingSize(object.isCopied ? object.size.addingSize(object.size) : object.size)
      // What an earlier run has reserved is taken from the disk already.
      guard object.size >= ChunkLayout.threshold else { continue }
      if let partial = try? FileStatus.of(PartialObject.path(of: object.oid, in: cache)) { needed -= partial.size }
    }
    guard let free = Directory.freeSpace(at: cache.root), needed > free else { return }
    throw FetchError(
      .disk, "not enough room in the cache `\(cache.root.escapingControls)`",
      causes: ["\(needed) bytes are needed and \(free) are free"],
      hint: "make room, or choose another disk with `--cache` or `LFSFETCH_CACHE`")
  }
}

import LFSFetch

/// `lfsfetch path NAME…`: prints where models are in the cache, and asks no host.
enum Path {
  static let specification = CommandSpecification(
    name: "path",
    summary: "Print where models are in the cache",
    description: [
      "Prints one path a NAME, as `lfsfetch get` does, but asks no host and downloads nothing. A NAME that is not in "
        + "the cache fails with exit status 3."
    ],
    operand: .init(placeholder: "NAME", count: .oneOrMore, candidates: .models),
    options: [.registry, .cache],
    examples: [
      .init(line: "lfsfetch path fast", meaning: "Print where `lfsfetch get fast` has put the model.")
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var requests: [ModelRequest] = []
    for name in arguments.operands { requests.append(try ModelRequest(name)) }
    let fetcher = try await Fetcher.withAllLayers(try FetcherConfiguration(arguments), progress: console.tell)
    var results: [Result<String, FetchError>] = []
    for request in fetcher.expanded(requests) {
      do {
        results.append(.success(try fetcher.path(of: request)))
      } catch {
        results.append(.failure(error))
      }
    }
    for result in results {
      switch result {
      case .success(let path): console.printPath(path)
      case .failure(let error): console.report(error)
      }
    }
    return ExitStatus(of: results)
  }
}

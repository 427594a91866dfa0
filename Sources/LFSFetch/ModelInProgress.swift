import Git

/// One request on its way through `Fetcher.get`: what is known of it so far, or why it failed.
struct ModelInProgress: Sendable {
  let request: ModelRequest
  private(set) var wanted: Wanted?
  private(set) var resolution: Resolution?
  /// Whether files must be put into its snapshot.
  private(set) var isIncomplete = false
  private(set) var fetched: FetchedModel?
  private(set) var error: FetchError?

  init(request: ModelRequest) { self.request = request }

  var result: Result<FetchedModel, FetchError> {
    if let error { return .failure(error) }
    guard let fetched else { return .failure(.interruption) }
    return .success(fetched)
  }

  /// Whether there is still something to be done for it.
  var isAlive: Bool { error == nil }

  mutating func understood(_ wanted: Wanted) { self.wanted = wanted }
  mutating func resolved(_ resolution: Resolution) { self.resolution = resolution }
  mutating func foundIncomplete() { isIncomplete = true }
  mutating func finished(_ fetched: FetchedModel) { self.fetched = fetched }

  /// The first reason counts.
  mutating func fail(_ error: FetchError) {
    if self.error == nil { self.error = error }
  }

  /// Fails when one of its objects did.
  mutating func note(_ failures: [SHA256Digest: FetchError]) {
    guard isAlive, !failures.isEmpty, let resolution else { return }
    for object in resolution.objects {
      if let failure = failures[object.oid] { return fail(failure) }
    }
  }
}

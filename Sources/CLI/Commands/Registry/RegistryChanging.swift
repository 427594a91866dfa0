import JSON
import LFSFetch

/// What the commands that change a registry file have in common: which file, and how they tell what they did.
struct RegistryChanging: Sendable {
  private let arguments: Arguments
  private let console: Console

  init(_ arguments: Arguments, _ console: Console) {
    (self.arguments, self.console) = (arguments, console)
  }

  /// The file that is changed is not a layer for this command: it may not be there yet.
  private var configuration: FetcherConfiguration {
    get throws(FetchError) {
      var configuration = try FetcherConfiguration(arguments).asking(on: console)
      configuration.registryFiles = []
      return configuration
    }
  }

  var file: String {
    get throws(FetchError) {
      if let path = arguments.value(of: .registryToChange) { return path }
      return Fetcher.registryFile(try configuration)
    }
  }

  func fetcher(refreshingLayers: Bool = false) async throws(FetchError) -> Fetcher {
    var configuration = try configuration
    configuration.refresh = refreshingLayers
    let isQuiet = arguments.has(.quiet)
    return try await Fetcher.withAllLayers(configuration) { [console] event in
      if !isQuiet { console.tell(event) }
    }
  }

  func say(_ message: String) {
    if !arguments.has(.quiet) { console.errors.writeLine(message) }
  }

  /// `main at 31e73d59, 2 files, 3.1 MB in LFS objects`; of a place that has no commits `2 files, 3.1 MB`.
  static func state(_ change: RegistryChange) -> String {
    let files = change.files == 1 ? "1 file" : "\(change.files) files"
    let size = Quantity.bytes(change.bytes)
    return change.commit == nil ? "\(files), \(size)" : "\(commit(change)), \(files), \(size) in LFS objects"
  }

  /// `main at 31e73d59`.
  static func commit(_ change: RegistryChange) -> String {
    let commit = change.commit.map { String($0.prefix(8)) } ?? "no commit"
    return change.branch.map { "\($0) at \(commit)" } ?? commit
  }

  static func line(_ change: RegistryChange) -> String {
    let facts: [(String, JSON?)] = [
      ("model", .string(change.model)), ("registry", .string(change.file)),
      ("previous", change.previous.map { .string($0) }), ("commit", change.commit.map { .string($0) }),
      ("branch", change.branch.map { .string($0) }), ("files", .integer(change.files)),
      ("bytes", .integer(change.bytes)), ("added", .strings(change.added)), ("changed", .strings(change.changed)),
      ("removed", .strings(change.removed)),
    ]
    return JSON.object(facts).text
  }
}

import Files
import Fixtures
import Foundation
import HTTP
import JSON

@testable import LFSFetch

/// A digest that is the same digit throughout.
func digest(_ digit: Character) -> SHA256Digest { SHA256.hash(Array(String(digit).utf8)) }

/// The error that `body` throws.
func asyncFetchError<Value>(_ body: () async throws(FetchError) -> Value) async -> FetchError? {
  do throws(FetchError) {
    _ = try await body()
    return nil
  } catch { return error }
}

func fetchError<Value>(_ body: () throws(FetchError) -> Value) -> FetchError? {
  do throws(FetchError) {
    _ = try body()
    return nil
  } catch { return error }
}

extension ObjectStore {
  /// Puts bytes into the store as a download would.
  @discardableResult
  func add(_ bytes: [UInt8]) throws -> SHA256Digest {
    let oid = SHA256.hash(bytes)
    let file = try makeTemporary(for: oid)
    try file.write(bytes, at: 0)
    try adopt(file, as: oid)
    return oid
  }
}

/// Makes a symbolic link; whether it could.
func symlinkFile(_ target: String, _ path: String) -> Bool { symlink(target, path) == 0 }

extension Registry {
  /// A registry of one layer.
  init(entries: [RegistryEntry]) {
    var contents = RegistryContents()
    contents.models = entries.map { .init(value: $0, position: .init(line: 1, column: 1), json: .null) }
    self.init([RegistryLayer(name: "test", kind: .user, isRemote: false, contents: contents)])
  }

  static func parse(_ text: String, name: String = "models.json") throws(FetchError) -> Registry {
    Registry([try .parse(Array(text.utf8), name: name, kind: .option)])
  }

  /// The built-in registry with these files over it.
  static func load(files: [String]) throws(FetchError) -> Registry {
    try RegistryLoader.load(.none, given: files, cache: LayerCache(Cache(root: "/nowhere"))).registry
  }
}

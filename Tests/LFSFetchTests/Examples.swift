import Files
import Fixtures
import Foundation
import HTTP

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

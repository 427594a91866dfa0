import Files

/// The registry layers of other hosts that were fetched, in `registries/` of the cache: for each address its bytes and
/// what they are pinned by.
package struct LayerCache: Sendable {
  private let folder: String

  package init(_ cache: Cache) { folder = cache.root + "/registries" }

  package func bytes(of address: LayerAddress) -> [UInt8]? {
    guard let bytes = try? readFile(path(address) + ".json") else { return nil }
    if case .web(_, let digest?) = address, SHA256.hash(bytes) != digest { return nil }
    return bytes
  }

  /// The SHA-256 or the commit that it was when it was fetched.
  package func pin(of address: LayerAddress) -> String? {
    (try? readFile(path(address) + ".pin")).map { String(decoding: $0, as: UTF8.self) }
  }

  package func store(_ bytes: [UInt8], pin: String, of address: LayerAddress) throws(FileError) {
    try Directory.create(folder)
    try replaceFile(path(address) + ".json", with: bytes)
    try replaceFile(path(address) + ".pin", with: Array(pin.utf8))
  }

  private func path(_ address: LayerAddress) -> String {
    "\(folder)/\(SHA256.hash(Array(address.description.utf8)).hex.prefix(40))"
  }
}

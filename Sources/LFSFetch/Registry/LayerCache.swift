import Files

/// The registry layers of other hosts that were fetched, in `registries/` of the cache: the bytes of each address.
package struct LayerCache: Sendable {
  private let folder: String

  package init(_ cache: Cache) { folder = cache.root + "/registries" }

  package func bytes(of address: LayerAddress) -> [UInt8]? {
    guard let bytes = try? readFile(path(address)) else { return nil }
    if case .web(_, let digest?) = address, SHA256.hash(bytes) != digest { return nil }
    return bytes
  }

  package func store(_ bytes: [UInt8], of address: LayerAddress) throws(FileError) {
    try Directory.create(folder)
    try replaceFile(path(address), with: bytes)
  }

  private func path(_ address: LayerAddress) -> String {
    "\(folder)/\(SHA256.hash(Array(address.key.utf8)).hex.prefix(40)).json"
  }
}

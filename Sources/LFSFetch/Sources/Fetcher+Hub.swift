import HTTP
import Text

/// What Hugging Face offers beside git and LFS.
extension Fetcher {
  /// A further source of each object of a repository of Hugging Face. It comes after LFS: an object costs two requests
  /// there, because the answer is a redirect, and with LFS one for each and one for a hundred.
  func hubSources(of wanted: Wanted, _ resolution: Resolution) throws(FetchError) -> [SHA256Digest: Source] {
    guard wanted.source.begins(with: HuggingFaceAddress.hub) else { return [:] }
    let hub = HuggingFaceHub(variable: configuration.variable)
    let config = try network.parts().config
    let revision = resolution.commit ?? wanted.revision ?? "main"
    var sources: [SHA256Digest: Source] = [:]
    for object in resolution.objects {
      let url = hub.address(of: object.path, in: wanted.source, revision: revision, config)
      sources[object.oid] = url.map { .url($0, isNamedByUser: wanted.isNamedByUser) }
    }
    return sources
  }
}

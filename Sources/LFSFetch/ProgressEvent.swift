/// What happens while models are fetched, told as it happens, in order, from one place at a time.
///
/// Byte counts only grow. `object` is the SHA-256 of the content, 64 lowercase hex digits; `name` is what a person
/// would call it: the path of the first file that wants it.
public enum ProgressEvent: Sendable, Equatable {
  /// A layer of the registry was fetched; `revision` is the commit or the hash that it is pinned to.
  case layerFetched(source: String, revision: String)
  /// Of a model that was asked for as `auto` this variant was taken.
  case variantChosen(model: String, variant: String, reason: String)
  /// The name was understood, and its repository is being asked.
  case resolving(model: String, source: String)
  /// The revision is known. `revision` is a commit id, or the words that stand for one where git was not asked.
  case resolved(model: String, revision: String, files: Int)
  /// All that the command needs: `bytes` in `objects` objects, of which `reused` bytes are on this machine already
  /// (whole objects in the store, and what an earlier interrupted download left).
  case planned(objects: Int, bytes: Int64, reused: Int64)
  /// Downloading of an object begins; `resumed` bytes of it were kept from an earlier run.
  case objectStarted(object: String, name: String, bytes: Int64, resumed: Int64)
  /// `received` bytes of the object are on the disk, the resumed ones among them.
  case objectProgress(object: String, received: Int64)
  /// The object is proven by its hash and is in the store.
  case objectFinished(object: String)
  /// Something that does not stop the work but that the user should know, such as a source that was set aside.
  case warning(String)
  /// A model is complete; `path` is its main file or its folder.
  case modelFinished(model: String, path: String)
  /// A model failed; the others go on.
  case modelFailed(model: String, error: FetchError)
  /// The end. `downloaded` counts bytes of content that came over the network in this run.
  case finished(downloaded: Int64, reused: Int64, seconds: Double)
}

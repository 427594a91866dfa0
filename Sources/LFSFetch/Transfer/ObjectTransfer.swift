import Files
import Git
import HTTP
import Text

/// Where one object stands on its way into the store. Belongs to the engine, which alone reads and changes it.
final class ObjectTransfer {
  let index: Int
  let transfer: Transfer
  let progress = ObjectProgress()

  /// In the order in which they are tried; one that is too slow is put at the end.
  private(set) var sources: [Source]
  private(set) var sourceIndex = 0
  var location: Location?
  /// In place of a location, where a program of the user's brings the object.
  var errand: Errand?
  /// Faults at the present source since it last gave anything.
  var attempt = 0
  /// How often the host had given something, to any object, at the last fault.
  var successesOfHost = 0
  /// Bytes that were there at the last fault.
  var doneBytes: Int64 = 0
  var corruptions = 0
  var relocations = 0
  /// Nothing is tried for it before.
  var notBefore = ContinuousClock.now

  var isLocked = false
  var partial: PartialObject?
  var hash: PrefixHash?
  var copy: EarlyCopy?
  /// Chunks that nobody is fetching.
  var pending = ChunkSet()
  /// Chunks that are being fetched, and how fast.
  var runs: [RunInWork] = []
  /// How often in sequence next to nothing had come, and what had come at the last look.
  var slowLooks = 0
  var receivedAtLook: Int64 = 0
  /// Which source gave a chunk; those of an earlier run of the program are not known.
  var givers: [Int: Int] = [:]
  /// Which chunks are proven; nil where nothing tells their hashes.
  var arrivals: Arrivals?
  /// What is found out about wrong bytes, once there are any.
  var search: SearchForWrongChunks?
  /// Lanes that work on it.
  var inFlight = 0
  var isStarted = false
  var isFinished = false
  /// Finished well.
  var isStored = false

  /// What each source that was given up said, in order.
  var refusals: [(source: Source, error: FetchError)] = []

  init(index: Int, transfer: Transfer) {
    self.index = index
    self.transfer = transfer
    sources = transfer.sources
  }

  var source: Source? {
    sourceIndex < sources.count ? sources[sourceIndex] : nil
  }

  var nextSource: Source? {
    sourceIndex + 1 < sources.count ? sources[sourceIndex + 1] : nil
  }

  /// Whether nothing is known that would have to be proven before the whole.
  var hasNoUnprovenChunk: Bool { arrivals?.isProven ?? true }

  var hasFurtherSource: Bool { nextSource != nil }

  var isLarge: Bool { transfer.isLarge }

  func moveToNextSource() {
    sourceIndex += 1
    location = nil
    errand = nil
    attempt = 0
    corruptions = 0
    relocations = 0
  }

  /// The present source is tried once more when all others have failed.
  func keepSourceForLater() {
    guard let source, sources.count < 2 * transfer.sources.count else { return }
    sources.append(source)
  }

  /// One more source, when there is no other.
  func append(_ source: Source) { sources.append(source) }

  /// Nothing of the bytes can be used.
  func forgetBytes() {
    if let partial { progress.keep(-partial.doneBytes) }
    partial = nil
    hash = nil
    copy?.discard()
    copy = nil
    search = nil
    arrivals = nil
    pending.removeAll()
    givers = [:]
  }

  /// All sources are used up: the error names each, and has the code of the first, which is the one that the user
  /// asked for; wrong bytes anywhere outweigh that.
  var failure: FetchError {
    let first = refusals.first?.error
    let code: FetchError.Code =
      refusals.contains { $0.error.code == .integrity } ? .integrity : first?.code ?? .notFound
    let causes =
      refusals.isEmpty
      ? ["no source is known for it"]
      : refusals.flatMap { refusal in
        ["\(refusal.source.name): \(refusal.error.message)"] + refusal.error.causes
      }
    let failure = FetchError(
      code, "cannot download `\(transfer.name.escapingControls)`", causes: causes,
      hint: refusals.lazy.compactMap(\.error.hint).first)
    guard let words = first?.wordsOfGitLFS else { return failure }
    let lines = [words, "error: " + failure.message] + (failure.hint.map { ["hint: " + $0] } ?? [])
    return failure.inGitLFS(lines.joined(separator: "\n"))
  }
}

import Files
import Git
import HTTP
import Text

/// Where one object stands on its way into the store. Belongs to the engine, which alone reads and changes it.
final class ObjectTransfer {
  let index: Int
  let transfer: Transfer
  let progress = ObjectProgress()

  var sourceIndex = 0
  var location: Location?
  /// Faults at the present source since it last gave anything.
  var attempt = 0
  /// Bytes that were there at the last fault.
  var doneBytes: Int64 = 0
  var corruptions = 0
  var relocations = 0
  /// Nothing is tried for it before.
  var notBefore = ContinuousClock.now

  var isLocked = false
  var partial: PartialObject?
  var hash: PrefixHash?
  /// Chunks that nobody is fetching, the next one last.
  var pending: [Int] = []
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
  }

  var source: Source? {
    sourceIndex < transfer.sources.count ? transfer.sources[sourceIndex] : nil
  }

  var isLarge: Bool { transfer.size >= ChunkLayout.threshold }

  func moveToNextSource() {
    sourceIndex += 1
    location = nil
    attempt = 0
    corruptions = 0
    relocations = 0
  }

  /// The bytes were wrong: nothing of them can be used.
  func forgetBytes() {
    if let partial { progress.keep(-partial.doneBytes) }
    partial = nil
    hash = nil
    pending = []
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
    return FetchError(
      code, "cannot download `\(transfer.name.escapingControls)`", causes: causes,
      hint: refusals.lazy.compactMap(\.error.hint).first)
  }
}

import HTTP

/// What to do about a fault: pure, so that the whole policy can be read and tested in one place.
enum Remedy: Equatable, Sendable {
  /// The same request again, after a pause.
  case again(after: Duration)
  /// The same source, but ask it for a new address first.
  case relocate
  /// The next source; this one is of no use for the object any more.
  case nextSource
  /// The same again, when the disk has room.
  case waitForRoom
  /// Nothing helps.
  case giveUp

  /// `attempt` counts the faults that this source made of this object since it last gave anything, from 1, and wrong
  /// bytes apart from the others; `relocations` counts the new addresses it was asked for since then.
  static func against(
    _ fault: TransferFault, attempt: Int, relocations: Int, isSigned: Bool, retry: Retry, random: Double
  ) -> Remedy {
    switch fault {
    case .noRanges: return .again(after: .zero)
    case .disk(let error) where error.isDiskFull: return .waitForRoom
    case .disk, .cancelled, .changed: return .giveUp
    case .unusable, .absent, .unreadable, .endless, .agent: return .nextSource
    case .corrupt: return attempt < 2 ? .again(after: .zero) : .nextSource
    case .status(401, _, _, _), .status(403, _, nil, _), .status(400, _, _, _):
      // Signed addresses expire, and stores say so with any of these.
      return isSigned && relocations < 3 ? .relocate : .nextSource
    case .status(let status, _, let retryAfter, _):
      let pause = retry.delay(after: attempt, .status(status, retryAfter: retryAfter), random: random)
      return pause.map { .again(after: $0) } ?? .nextSource
    case .network(let error):
      let pause = retry.delay(after: attempt, .failure(error), random: random)
      return pause.map { .again(after: $0) } ?? .nextSource
    }
  }
}

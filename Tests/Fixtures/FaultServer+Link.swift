import Synchronization

extension FaultServer {
  /// What lies between the server and its clients, for all paths alike.
  package struct Link: Sendable {
    /// A pause before each answer, as a long way makes it.
    package var roundTrip: Duration
    /// Of bodies, over all connections together.
    package var bytesPerSecond: Int?
    /// Of bodies, over each connection.
    package var bytesPerSecondEach: Int?
    /// More connections at once are torn down before anything is read of them. A connection that is refused outright
    /// would need a closed port: no other is closer to it.
    package var maximumConnections: Int

    package init(
      roundTrip: Duration = .zero, bytesPerSecond: Int? = nil, bytesPerSecondEach: Int? = nil,
      maximumConnections: Int = .max
    ) {
      self.roundTrip = roundTrip
      self.bytesPerSecond = bytesPerSecond
      self.bytesPerSecondEach = bytesPerSecondEach
      self.maximumConnections = maximumConnections
    }
  }

  /// How much is asked of the server at once. A request counts until its last bytes are handed to the network; a
  /// connection until the server has seen its end, which may be a moment after the client closed it.
  package struct Load: Sendable, Equatable {
    package internal(set) var connections = 0
    package internal(set) var peakConnections = 0
    package internal(set) var requests = 0
    package internal(set) var peakRequests = 0
    /// Connections that were torn down because of `Link.maximumConnections`.
    package internal(set) var refusedConnections = 0
  }
}

/// Spreads bytes over time, those of all who share it.
final class Pacer: Sendable {
  private let bytesPerSecond: Int
  private let free = Mutex(ContinuousClock.now)

  init?(_ bytesPerSecond: Int?) {
    guard let bytesPerSecond else { return nil }
    self.bytesPerSecond = max(1, bytesPerSecond)
  }

  /// Bytes are sent in pieces of a tenth of a second at most.
  var piece: Int { max(1, bytesPerSecond / 10) }

  /// When the next bytes may follow these.
  func take(_ count: Int) -> ContinuousClock.Instant {
    free.withLock { free in
      free = max(free, .now) + .nanoseconds(Int64(count) * 1_000_000_000 / Int64(bytesPerSecond))
      return free
    }
  }
}

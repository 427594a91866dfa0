import Synchronization

/// What the fault server's connections share: the table, the log, and how often each fault has struck.
final class RouteTable: Sendable {
  private struct State {
    var routes: [String: FaultServer.Route]
    var strikes: [String: [Int: Int]] = [:]
    var served: [String: Int] = [:]
    var connections: [String: [Int]] = [:]
    var log: [FaultServer.Request] = []
    var load = FaultServer.Load()

    /// The place of a connection among those that have asked for the path, this one now being among them.
    mutating func rank(of connection: Int, at path: String) -> Int {
      if let index = connections[path, default: []].firstIndex(of: connection) { return index + 1 }
      connections[path, default: []].append(connection)
      return connections[path, default: []].count
    }
  }

  let link: FaultServer.Link
  /// For the bytes of all connections.
  let pacer: Pacer?
  private let state: Mutex<State>

  init(_ routes: [String: FaultServer.Route], link: FaultServer.Link) {
    self.link = link
    pacer = Pacer(link.bytesPerSecond)
    state = Mutex(State(routes: routes))
  }

  func route(_ path: String) -> FaultServer.Route? { state.withLock { $0.routes[path] } }

  func set(_ route: FaultServer.Route?, _ path: String) {
    state.withLock { state in
      state.routes[path] = route
      state.strikes[path] = nil
      state.served[path] = nil
      state.connections[path] = nil
    }
  }

  var load: FaultServer.Load { state.withLock { $0.load } }

  /// False for a connection too many.
  func open() -> Bool {
    state.withLock { state in
      guard state.load.connections < link.maximumConnections else {
        state.load.refusedConnections += 1
        return false
      }
      state.load.connections += 1
      state.load.peakConnections = max(state.load.peakConnections, state.load.connections)
      return true
    }
  }

  func close() { state.withLock { $0.load.connections -= 1 } }

  /// The answer to a request is over, or so nearly that its client may send the next one.
  func answered() { state.withLock { $0.load.requests -= 1 } }

  func requests(_ path: String?) -> [FaultServer.Request] {
    state.withLock { state in path.map { path in state.log.filter { $0.path == path } } ?? state.log }
  }

  func servedBytes(_ path: String) -> Int { state.withLock { $0.served[path] ?? 0 } }

  func serve(_ count: Int, _ path: String) { state.withLock { $0.served[path, default: 0] += count } }

  /// Logs the request and decides on its answer, in one step, so that "once" is once among many connections.
  func response(to request: FaultServer.Request) -> FaultServer.Response {
    state.withLock { state in
      var request = request
      state.load.requests += 1
      state.load.peakRequests = max(state.load.peakRequests, state.load.requests)
      request.number = 1 + state.log.count { $0.path == request.path }
      request.simultaneous = state.load.requests
      request.connectionRank = state.rank(of: request.connection, at: request.path)
      state.log.append(request)
      guard let route = state.routes[request.path] else {
        return FaultServer.Response(404, body: Array("nothing is served at \(request.path)".utf8))
      }
      var struck: Set<Int> = []
      let served = state.served[request.path] ?? 0
      let due = route.faults.indices.filter { index in
        let fault = route.faults[index]
        return served >= fault.servedAtLeast && fault.condition(request)
          && state.strikes[request.path]?[index] ?? 0 < fault.limit
      }
      for index in due where route.faults[index].prepare(&request) { struck.insert(index) }
      var response = route.answer(request)
      for index in due where !response.isReplaced && route.faults[index].apply(&response, request) {
        struck.insert(index)
      }
      for index in struck { state.strikes[request.path, default: [:]][index, default: 0] += 1 }
      return response
    }
  }
}

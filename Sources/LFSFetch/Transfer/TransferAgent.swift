import Files
import Git
import Text

/// A program of the user's that transfers objects in its own way, as git's configuration describes it: a value.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/custom-transfers.md
package struct TransferAgent: Hashable, Sendable {
  package let name: String
  let path: String
  /// For the shell, as they stand in the configuration.
  let arguments: String
  /// Whether several of it may run at once.
  let isConcurrent: Bool

  /// Those that download. `config` must be the user's own: what it names is run.
  package static func all(in config: GitConfig) -> [TransferAgent] {
    names(in: config).compactMap { TransferAgent($0, config) }
  }

  /// The names of those that upload, which are of use to git-lfs alone.
  static func uploading(in config: GitConfig) -> [String] {
    names(in: config).filter { config.string("\(prefix)\($0).direction")?.inLowerCase != "download" }
  }

  private static func names(in config: GitConfig) -> [String] {
    var names: [String] = []
    for entry in config.entries {
      guard let name = entry.name.rest(after: prefix)?.rest(before: ".path"), !name.isEmpty else { continue }
      if !names.contains(where: name.isSame(as:)) { names.append(String(name)) }
    }
    return names
  }

  /// Those that a server may choose.
  package static func offered(in config: GitConfig) -> [TransferAgent] {
    let offersNone = (try? config.bool("lfs.basictransfersonly")).flatMap { $0 } ?? false
    return offersNone ? [] : all(in: config)
  }

  private static let prefix = "lfs.customtransfer."

  private init?(_ name: String, _ config: GitConfig) {
    func value(_ key: String) -> String? { config.string("\(Self.prefix)\(name).\(key)") }
    guard let path = value("path"), !path.isEmpty, value("direction")?.inLowerCase != "upload" else { return nil }
    (self.name, self.path) = (name, path)
    arguments = value("args") ?? ""
    isConcurrent = (try? config.bool("\(Self.prefix)\(name).concurrent")).flatMap { $0 } ?? true
  }

  /// The one that downloads everything of a server by itself, so that the server's batch API is not asked at all; nil
  /// where the batch API is.
  package static func standalone(for server: String, in config: GitConfig) throws(FetchError) -> TransferAgent? {
    guard let name = config.string("lfs", for: server, "standalonetransferagent"), !name.isEmpty else { return nil }
    if let agent = all(in: config).first(where: { $0.name == name }) { return agent }
    throw FetchError(
      .usage, "there is no transfer agent `\(name.escapingControls)`",
      causes: ["`lfs.standalonetransferagent` in git's configuration names it"],
      hint: "set `lfs.customtransfer.\(name.escapingControls).path` to its program")
  }

  /// The program with its arguments; it must be a whole path, or be found in the PATH.
  func program() throws(FileError) -> Program {
    let program = try Program(path)
    guard !arguments.isEmpty else { return program }
    return try Program(Program.shell, ["-c", "exec \(Program.quoted(program.path)) \(arguments)"])
  }
}

/// What is known of an agent that objects of this engine need. Belongs to the engine, which alone reads and changes it.
final class AgentTraffic {
  let agent: TransferAgent
  /// Objects that wait for their turn.
  var ready = Queue<Int>()
  /// Objects that it is bringing.
  var inUse = 0

  init(_ agent: TransferAgent) { self.agent = agent }
}

/// The part of an agent in the transfer of one object.
struct Errand: Sendable {
  let agent: TransferAgent
  /// The name or the address of the remote, by which agents find out more.
  let remote: String
  /// What the server has said for the agent, in JSON; nil where no server was asked.
  let action: String?
  /// When that stops being good.
  let expires: ContinuousClock.Instant?

  init(
    _ agent: TransferAgent, remote: String, action: String? = nil, expires: ContinuousClock.Instant? = nil
  ) {
    (self.agent, self.remote, self.action, self.expires) = (agent, remote, action, expires)
  }

  /// What the server ordered; nil for an agent that there is not.
  init?(_ order: Batch.Order, from server: LFSServer, _ agents: [TransferAgent], now: ContinuousClock.Instant) {
    guard let agent = agents.first(where: { $0.name == order.agent }) else { return nil }
    let expires = order.expiresIn.map { now + .seconds(max(60, $0)) }
    self.init(agent, remote: server.remote, action: order.action, expires: expires)
  }

  func isUsable(at now: ContinuousClock.Instant) -> Bool { expires.map { $0 - .seconds(5) > now } ?? true }
}

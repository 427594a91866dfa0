import Files
import Git
import HTTP
import JSON
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks the hosts of ssh repositories where their LFS server is and with which token it lets in, by the command
/// `git-lfs-authenticate` that they have for it. What they say is kept until shortly before it expires.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/api/authentication.md#ssh
package actor SSHAuthentication {
  /// What a host says.
  struct Grant: Sendable, Equatable {
    /// In place of the address that follows from the repository's.
    let href: HTTPURL?
    let header: HTTPHeaders
    /// Seconds, counted from the answer; nil when it does not tell.
    let expiresIn: Int64?
  }

  /// What came of asking a host.
  enum Outcome: Sendable {
    case granted(Grant, until: ContinuousClock.Instant?)
    /// There is no such command, or it lets nobody in; the words are why.
    case refused(String)
    case interrupted

    func isGood(at now: ContinuousClock.Instant) -> Bool {
      switch self {
      case .granted(_, let end): end.map { $0 - SSHAuthentication.margin > now } ?? true
      case .refused: true
      case .interrupted: false
      }
    }
  }

  private let ssh: SSHClient
  /// `lfs.defaulttokenttl`: how long answers are good that do not tell.
  private let usualLifetime: Int64?
  private var outcomes: [SSHAddress: Task<Outcome, Never>] = [:]

  package init(_ ssh: SSHClient, config: GitConfig) {
    self.ssh = ssh
    usualLifetime = config.string("lfs.defaulttokenttl").flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// A token may reach its end on the way.
  private static let margin = Duration.seconds(10)

  /// What the host says, or said not long ago. All who ask meanwhile wait for one answer. `isStale`: what it said was
  /// no good.
  func outcome(at address: SSHAddress, isStale: Bool = false) async -> Outcome {
    if let known = outcomes[address] {
      let outcome = await known.value
      // Who waited may find that another has asked again already.
      if let newer = outcomes[address], newer != known { return await newer.value }
      if !isStale, outcome.isGood(at: .now) { return outcome }
    }
    let asking = Task { await self.ask(address) }
    outcomes[address] = asking
    return await withTaskCancellationHandler {
      await asking.value
    } onCancel: {
      asking.cancel()
    }
  }

  private func ask(_ address: SSHAddress) async -> Outcome {
    let command = "git-lfs-authenticate \(Self.word(address.path)) download"
    do throws(GitError) {
      let output = try await ssh.output(of: command, at: address)
      guard output.ending == .exited(0) else {
        return .refused(output.errors.isEmpty ? "it ended without a word" : output.errors)
      }
      do throws(JSONError) {
        let grant = try Self.grant(output.bytes, now: Int64(time(nil)))
        let seconds = grant.expiresIn ?? usualLifetime
        return .granted(grant, until: seconds.map { .now + .seconds($0) })
      } catch {
        return .refused("its answer cannot be used: \(error)")
      }
    } catch {
      if error.code == .cancelled { return .interrupted }
      return .refused(error.description)
    }
  }

  /// Hosts take the command apart themselves, and not all of them know quotes: only what needs them gets them.
  static func word(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/._-~+@:,".utf8.contains(byte)
      }
    }
    return isPlain ? path : Program.quoted(path)
  }

  static func grant(_ bytes: [UInt8], now: Int64) throws(JSONError) -> Grant {
    let json = try JSON.parse(bytes)
    _ = try json.members()
    var href: HTTPURL?
    if let field = json["href"], case let text = try field.string(), !text.isEmpty {
      do throws(HTTPURLError) { href = try HTTPURL(text) } catch {
        throw JSONError("the address is not valid: \(error)", at: field.position)
      }
    }
    var header = HTTPHeaders()
    for member in try json["header"]?.members() ?? [] { header.add(member.name, try member.value.string()) }
    return Grant(href: href, header: header, expiresIn: try Batch.expiry(json, now: now))
  }
}

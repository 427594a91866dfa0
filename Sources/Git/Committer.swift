import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Who has done something, and when, as git writes it into its logs: `Name <address> 1700000000 +0100`.
/// https://git-scm.com/docs/git-commit#_commit_information
package struct Committer: Sendable, Equatable {
  package let name: String
  package let address: String

  package init(name: String, address: String) {
    (self.name, self.address) = (Self.cleaned(name), Self.cleaned(address))
  }

  /// By the environment, then by git's configuration, then by what the machine calls its user.
  package init(_ config: GitConfig, variable: (String) -> String? = processEnvironment) {
    func first(_ texts: String?...) -> String? { texts.compactMap { $0 }.first { !$0.isEmpty } }
    let machine = Self.userOfMachine
    self.init(
      name: first(variable("GIT_COMMITTER_NAME"), config.string("committer.name"), config.string("user.name"))
        ?? machine.name,
      address: first(
        variable("GIT_COMMITTER_EMAIL"), config.string("committer.email"), config.string("user.email"),
        variable("EMAIL")) ?? machine.address)
  }

  /// As of now, in the time zone of the machine.
  package var stamp: String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    let minutes = abs(parts.tm_gmtoff) / 60
    let digits = String(10000 + minutes / 60 * 100 + minutes % 60).dropFirst()
    return "\(name) <\(address)> \(now) \(parts.tm_gmtoff < 0 ? "-" : "+")\(digits)"
  }

  private static var userOfMachine: (name: String, address: String) {
    let entry = getpwuid(geteuid())
    let login = entry.map { String(cString: $0.pointee.pw_name) } ?? "unknown"
    let described = entry.flatMap { $0.pointee.pw_gecos }.map { String(cString: $0) } ?? ""
    let name = described.cut(at: ",").map { String($0.before) } ?? described
    var buffer = [CChar](repeating: 0, count: 256)
    let host = gethostname(&buffer, buffer.count - 1) == 0 ? buffer.withUnsafeBufferPointer(Self.text) : "localhost"
    return (name.isEmpty ? login : name, "\(login)@\(host.has(".") ? host : host + ".(none)")")
  }

  private static func text(_ buffer: UnsafeBufferPointer<CChar>) -> String {
    buffer.baseAddress.map { String(cString: $0) } ?? ""
  }

  /// Without what ends a part of the line.
  private static func cleaned(_ text: String) -> String {
    let bytes = text.utf8.filter { $0 >= 0x20 && !"<>".utf8.contains($0) }
    let crud = Set(" .,:;\"\\'".utf8)
    let kept = bytes.drop { crud.contains($0) }.reversed().drop { crud.contains($0) }.reversed()
    return String(decoding: Array(kept), as: UTF8.self)
  }
}

import Files
import Text

/// A repository that is reached over ssh: `ssh://user@host:port/path`, or `user@host:path` as git's short form has it.
/// https://git-scm.com/docs/git-clone#_git_urls
package struct SSHAddress: Sendable, Hashable {
  package let user: String?
  /// An IPv6 address is without brackets.
  package let host: String
  package let port: Int?
  /// As it was written. From the short form it is without a slash at its beginning, where the host begins to count in
  /// the user's own folder.
  package let path: String
  /// What is called over there to send git's objects: words for a shell.
  var uploadPack = "git-upload-pack"

  static let schemes = ["ssh", "git+ssh", "ssh+git"]

  /// `rest` follows `ssh://`.
  init(url rest: some StringProtocol) throws(GitError) {
    let text = String(rest)
    let start = text.utf8.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
    var path = try Self.decoded(text[start...])
    while path.begins(with: "//"), let rest = path.rest(after: "/") { path = String(rest) }
    try self.init(authority: try Self.decoded(text[..<start]), path: path, hasURLForm: true)
  }

  /// `user@host:path`, `[host:port]:path`.
  init(short text: String) throws(GitError) {
    guard let colon = Self.colonOfShortForm(text), let path = text[colon...].rest(after: ":") else {
      throw Self.unusable("it names no path")
    }
    try self.init(authority: String(text[..<colon]), path: String(path), hasURLForm: false)
  }

  /// The colon before the path, when the text has git's short form: before the first slash, and not of an address in
  /// brackets.
  package static func colonOfShortForm(_ text: String) -> String.Index? {
    let bytes = text.utf8
    let (colon, slash) = (UInt8(ascii: ":"), UInt8(ascii: "/"))
    let end = bytes.firstIndex(of: UInt8(ascii: "[")).flatMap { bracket in
      bytes[..<bracket].contains { $0 == colon || $0 == slash }
        ? nil : bytes[bracket...].firstIndex(of: UInt8(ascii: "]"))
    }
    let rest = bytes[(end ?? bytes.startIndex)...]
    guard let found = rest.firstIndex(of: colon), !rest[..<found].contains(slash) else { return nil }
    return found
  }

  private init(authority: String, path: String, hasURLForm: Bool) throws(GitError) {
    var host = authority[...]
    var user: Substring?
    if let (name, place) = host.cut(atLast: "@") { (user, host) = (name, place) }
    var port: Substring?
    if let (inside, after) = host.rest(after: "[")?.cut(atLast: "]") {
      // `[::1]:22`; in the short form also `[host:22]`.
      port = after.rest(after: ":")
      host = inside
      let fields = inside.fields(at: ":")
      if !hasURLForm, fields.count == 2 { (host, port) = (fields[0], fields[1]) }
    } else if let (name, digits) = host.cut(atLast: ":") {
      (host, port) = (name, digits)
    }
    if let user, user.has(":") { throw Self.unusable("ssh takes no password in an address") }
    // What ssh would take for an option may run any program (CVE-2017-1000117).
    for part in [user ?? "", host, path[...]] where part.begins(with: "-") {
      throw Self.unusable("neither host nor path can begin with `-`")
    }
    guard !host.isEmpty else { throw Self.unusable("it names no host") }
    guard !path.isEmpty, path != "/" || !hasURLForm else { throw Self.unusable("it names no path") }
    for part in [user ?? "", host, path[...]] where part.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
      throw Self.unusable("it contains a control character")
    }
    guard !host.has(" "), user?.has(" ") != true else { throw Self.unusable("its host contains a space") }
    var number: Int?
    if let port, !port.isEmpty {
      guard port.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(port), (1...65535).contains(value)
      else { throw Self.unusable("its port is not a number from 1 to 65535") }
      number = value
    }
    self.user = user.map(String.init)
    self.host = String(host)
    self.port = number
    self.path = path
  }

  private static func unusable(_ reason: String) -> GitError {
    GitError(.invalidURL, "the address of the repository is not usable", cause: reason)
  }

  private static func decoded(_ text: some StringProtocol) throws(GitError) -> String {
    guard let decoded = String(percentEncoded: text) else { throw unusable("it has an escape that is none") }
    return decoded
  }
}

extension SSHAddress {
  /// What ssh is to connect to: one argument.
  package var destination: String { user.map { $0 + "@" + host } ?? host }

  /// What git's own programs at the host are given: `/~user/x` means the same as `~user/x`.
  var pathForGit: String { path.begins(with: "/~") ? String(Substring(path.utf8.dropFirst())) : path }

  /// `host`, with the port where it is not the usual one.
  var hostName: String { port.map { "\(host):\($0)" } ?? host }

  /// One text for one repository: a path from the user's folder and one from the root are two.
  var canonical: String {
    "ssh://" + (user.map { $0 + "@" } ?? "") + hostName + "/" + (path.begins(with: "/") ? path : "./" + path)
  }

  /// For people.
  package var name: String { "ssh://" + hostName + (path.begins(with: "/") ? path : "/" + path) }

  /// Where the host of an ssh repository most likely offers LFS, too: without the port, which is that of ssh.
  package var httpsAddress: String {
    let host = host.has(":") ? "[\(host)]" : host
    return "https://" + host + (path.begins(with: "/") ? path : "/" + path)
  }

  /// As a URL, for the keys of git's configuration that are bound to one.
  package var url: String {
    let host = host.has(":") ? "[\(host)]" : host
    return "ssh://" + (user.map { $0 + "@" } ?? "") + host + (port.map { ":\($0)" } ?? "")
      + (path.begins(with: "/") ? path : "/" + path)
  }

  /// The address when the text is one of ssh; nil for all others.
  package init?(_ text: String) throws(GitError) {
    guard GitLocation.isSSH(text), case .ssh(let address) = try GitLocation(text) else { return nil }
    self = address
  }
}

import HTTP
import Text

/// What git and its credential helpers tell each other about a credential: lines of `key=value`, as a value.
/// https://git-scm.com/docs/git-credential#IOFMT
struct CredentialAttributes: Sendable, Equatable {
  var `protocol` = ""
  var host = ""
  var path: String?
  var username: String?
  var password: String?
  /// In place of user and password: the scheme of `Authorization`, and what follows it.
  var authtype: String?
  var credential: String?
  /// Seconds since 1970.
  var expiry: Int64?
  var refreshToken: String?
  /// The headers of the 401, which tell some helpers what kind of credential is wanted.
  var challenges: [String] = []
  /// The helper wants nobody else to be asked.
  var quits = false
  /// It is for one request, and must not be kept.
  var isEphemeral = false
  /// Whether the helper knows what `authtype` is.
  var knowsAuthtype = false

  init() {}

  init(for url: HTTPURL, path: String?, username: String?, challenges: [String]) {
    self.protocol = url.scheme
    host = url.origin.name
    self.path = path
    self.username = username
    self.challenges = challenges
  }

  /// The passphrase of a certificate's key, as git asks for it.
  init(certificate: String) {
    self.protocol = "cert"
    path = certificate
    username = ""
  }

  struct Unsafe: Error {}

  /// A value with a line break would be a second line, which says something else (CVE-2020-5260, CVE-2024-52006): it is
  /// never written.
  func lines(for operation: CredentialHelper.Operation) throws(Unsafe) -> [UInt8] {
    var pairs: [(String, String)] = []
    if operation == .get || authtype != nil { pairs.append(("capability[]", "authtype")) }
    let values: [(String, String?)] = [
      ("protocol", self.protocol), ("host", host), ("path", path), ("username", username), ("password", password),
      ("authtype", authtype), ("credential", credential), ("password_expiry_utc", expiry.map { "\($0)" }),
      ("oauth_refresh_token", refreshToken),
    ]
    for case (let key, let value?) in values { pairs.append((key, value)) }
    if operation == .get { pairs += challenges.map { ("wwwauth[]", $0) } }
    guard !pairs.contains(where: { $0.1.utf8.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0 } }) else {
      throw Unsafe()
    }
    return Array(pairs.map { "\($0)=\($1)\n" }.joined().utf8)
  }

  /// What a helper answers, over what was asked for. Where it names another host, or another protocol, it is not
  /// listened to: the answer is for the host that was asked about.
  mutating func take(answer: [UInt8], now: Int64) throws(Unsafe) {
    for line in answer.split(separator: 0x0a) {
      let text = String(decoding: line, as: UTF8.self)
      guard let (key, rest) = text.cut(at: "=") else { continue }
      let value = String(rest)
      guard !value.utf8.contains(where: { $0 == 0x0d || $0 == 0 }) else { throw Unsafe() }
      switch key {
      case "username": username = value
      case "password": password = value
      case "authtype": authtype = value
      case "credential": credential = value
      case "password_expiry_utc": expiry = Int64(value)
      case "oauth_refresh_token": refreshToken = value
      case "capability[]": if value == "authtype" { knowsAuthtype = true }
      case "ephemeral": isEphemeral = Self.isTrue(value)
      case "quit": quits = Self.isTrue(value)
      default: continue
      }
    }
    if let expiry, expiry < now {
      (password, credential, self.expiry) = (nil, nil, nil)
    }
    if !knowsAuthtype { (authtype, credential) = (nil, nil) }
  }

  private static func isTrue(_ value: String) -> Bool { ["1", "true", "yes", "on"].contains(value.inLowerCase) }

  /// Nil as long as something is missing of it.
  var found: Credential? {
    if let authtype, let credential, !authtype.isEmpty { return Credential(.value(credential, scheme: authtype)) }
    if let username, let password { return Credential(.password(password, of: username)) }
    return nil
  }
}

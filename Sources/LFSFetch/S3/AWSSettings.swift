import Files
import HTTP
import Text

/// What the user's AWS variables and files say of S3, read as AWS's own tools read them.
///
/// Keys that another program, a web site or another account's role would have to give first are not got: what stands in
/// their place is remembered (`unusedSource`), so that a refusal can tell the way out.
struct AWSSettings: Sendable, Equatable {
  var keys: AWSKeys?
  var region: String?
  /// The address of a store that is to be asked in place of AWS.
  var endpoint: String?
  /// `path` or `virtual`, where the user has said it.
  var addressingStyle: String?
  /// How the profile gets its keys, where that is a way that is not gone here.
  var unusedSource: String?

  init() {}

  /// Fails where a profile is named that does not exist: its keys would be missed much later.
  init(variable: (String) -> String?) throws(FetchError) {
    func value(_ names: String...) -> String? {
      names.compactMap { variable($0)?.trimmingBlanks }.first { !$0.isEmpty }
    }
    let home = value("HOME")
    func file(_ name: String, _ standard: String) -> AWSFile {
      guard let path = value(name) ?? home.map({ $0 + standard }),
        let bytes = try? readFile(path.expandingHome(home), limit: 1 << 20)
      else { return AWSFile() }
      return AWSFile(String(decoding: bytes, as: UTF8.self))
    }
    let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials").sections
    let config = file("AWS_CONFIG_FILE", "/.aws/config").sections

    let name = value("AWS_PROFILE", "AWS_DEFAULT_PROFILE") ?? "default"
    let profile = config["profile " + name] ?? (name == "default" ? config["default"] : nil)
    let secrets = credentials[name]
    if name != "default", profile == nil, secrets == nil {
      throw FetchError(
        .usage, "there is no AWS profile `\(name.escapingControls)`",
        causes: ["`AWS_PROFILE` names it, and neither `~/.aws/config` nor `~/.aws/credentials` has it"],
        hint: "`aws configure --profile \(name.escapingControls)` makes it, or unset `AWS_PROFILE`")
    }
    let variables = ["access_key_id", "secret_access_key", "session_token"].reduce(into: [String: String]()) {
      found, key in
      found["aws_" + key] = value("AWS_" + key.uppercased())
    }
    let shown = "the profile `\(name.escapingControls)`"
    keys = try AWSKeys(variables, in: "the variables", named: { $0.uppercased() })
    if keys == nil { keys = try AWSKeys(secrets ?? [:], in: shown + " of `~/.aws/credentials`") }
    if keys == nil { keys = try AWSKeys(profile ?? [:], in: shown + " of `~/.aws/config`") }
    if keys == nil { unusedSource = Self.unusedSources.first { profile?[$0] != nil || secrets?[$0] != nil } }
    region = value("AWS_REGION", "AWS_DEFAULT_REGION") ?? profile?["region"] ?? secrets?["region"]
    let services = profile?["services"].flatMap { config["services " + $0] }
    endpoint =
      value("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? services?["s3.endpoint_url"] ?? profile?["endpoint_url"]
      ?? secrets?["endpoint_url"]
    addressingStyle = profile?["s3.addressing_style"]
  }

  /// The settings that tell of such ways.
  private static let unusedSources = [
    "sso_session", "sso_start_url", "login_session", "role_arn", "credential_process", "web_identity_token_file",
  ]
}

/// The keys of an AWS account. Its description is not what it holds, so that no message can give it away by accident.
struct AWSKeys: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  let id: String
  let secret: String
  /// Where they are valid for some hours only.
  let sessionToken: String?

  init(id: String, secret: String, sessionToken: String? = nil) {
    (self.id, self.secret, self.sessionToken) = (id, secret, sessionToken)
  }

  /// nil where there is none. One of the two without the other is no pair that could sign: it is told now, since unsigned
  /// requests would be refused for a reason that names no key.
  init?(
    _ section: [String: String], in place: String, named name: (String) -> String = { $0 }
  ) throws(FetchError) {
    func value(_ key: String) -> String? { section[key].flatMap { $0.isEmpty ? nil : $0 } }
    let (idKey, secretKey) = ("aws_access_key_id", "aws_secret_access_key")
    let (foundID, foundSecret, token) = (value(idKey), value(secretKey), value("aws_session_token"))
    guard foundID != nil || foundSecret != nil else { return nil }
    guard let id = foundID, let secret = foundSecret else {
      let (there, missing) = foundID == nil ? (secretKey, idKey) : (idKey, secretKey)
      throw FetchError(
        .usage, "half a pair of AWS keys is set",
        causes: ["`\(name(there))` is in \(place), and `\(name(missing))` is not"],
        hint: "set both, or neither: public buckets need none")
    }
    guard ![id, secret, token ?? ""].contains(where: \.hasControls) else {
      throw FetchError(
        .usage, "the AWS keys cannot be used", causes: ["one in \(place) has a control character in it"],
        hint: "set them anew, without line breaks")
    }
    self.init(id: id, secret: secret, sessionToken: token)
  }

  var description: String { "AWS keys" }
  var debugDescription: String { description }
}

extension String {
  fileprivate func expandingHome(_ home: String?) -> String {
    guard let rest = rest(after: "~/"), let home else { return self }
    return home + "/" + rest
  }
}

import Fixtures
import Testing

@testable import LFSFetch

struct AWSSettingsTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func settings(
    _ variables: [String: String] = [:], config: String? = nil, credentials: String? = nil
  ) throws -> AWSSettings {
    if let config { try home.write(config, to: ".aws/config") }
    if let credentials { try home.write(credentials, to: ".aws/credentials") }
    return try AWSSettings { $0 == "HOME" ? home.path : variables[$0] }
  }

  @Test(
    arguments: [
      ("[a]\nk=v", ["a": ["k": "v"]]), ("[ profile  x ]\n K = v w \n", ["profile x": ["k": "v w"]]),
      ("[profile 'x y'] # c\n# k=1\n;k=2\nk = v # 3\nl=a#b ; c", ["profile x y": ["k": "v", "l": "a#b"]]),
      ("[a]\ns3 =\n  style = path\n\tx=1\nk=v", ["a": ["s3": "", "s3.style": "path", "s3.x": "1", "k": "v"]]),
      ("[a]\n  k = v\n  l = w", ["a": ["k": "v", "l": "w"]]), ("[a]\nk=1\n[b]\n[a]\nk=2", ["a": ["k": "2"], "b": [:]]),
      ("k=v\n[a\nk=v\n[b]\nnonsense\n=", ["b": ["": ""]]), ("[a]\r\nk=v\r\n", ["a": ["k": "v"]]),
    ])
  func filesAreReadAsTheToolsReadThem(text: String, sections: [String: [String: String]]) {
    #expect(AWSFile(text).sections == sections)
  }

  @Test func nothingIsSet() throws { #expect(try settings() == AWSSettings()) }

  @Test func variablesWinOverFiles() throws {
    let found = try settings(
      [
        "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T", "AWS_REGION": "r1",
        "AWS_DEFAULT_REGION": "r2", "AWS_ENDPOINT_URL_S3": "http://one", "AWS_ENDPOINT_URL": "http://two",
      ], config: "[default]\nregion=r3\nendpoint_url=http://three", credentials: "[default]\naws_access_key_id=B")
    #expect(found.keys == AWSKeys(id: "A", secret: "S", sessionToken: "T"))
    #expect(found.region == "r1")
    #expect(found.endpoint == "http://one")
  }

  @Test func filesTellTheRest() throws {
    let config = """
      [default]
      region = r0
      s3 =
        addressing_style = path
      [profile dev]
      region = r1
      services = local
      endpoint_url = http://all
      [services local]
      dynamodb =
        endpoint_url = http://other
      s3 =
        endpoint_url = http://s3
      """
    let credentials = """
      [default]
      aws_access_key_id = A
      aws_secret_access_key = S
      [dev]
      aws_access_key_id = B
      aws_secret_access_key = X/+=
      aws_session_token = T
      """
    let standard = try settings(config: config, credentials: credentials)
    #expect(standard.keys == AWSKeys(id: "A", secret: "S"))
    #expect([standard.region, standard.endpoint, standard.addressingStyle] == ["r0", nil, "path"])
    let dev = try settings(["AWS_PROFILE": "dev"])
    #expect(dev.keys == AWSKeys(id: "B", secret: "X/+=", sessionToken: "T"))
    #expect([dev.region, dev.endpoint, dev.addressingStyle] == ["r1", "http://s3", nil])
    #expect(try settings(["AWS_PROFILE": "dev", "AWS_ENDPOINT_URL": "http://two"]).endpoint == "http://two")
  }

  @Test func filesMayBeElsewhere() throws {
    let one = try home.write("[default]\naws_access_key_id=A\naws_secret_access_key=S", to: "keys")
    try home.write("[profile x]\nregion=r", to: "conf")
    let found = try settings([
      "AWS_SHARED_CREDENTIALS_FILE": one, "AWS_CONFIG_FILE": "~/conf", "AWS_PROFILE": "x",
    ])
    #expect(found.region == "r")
    #expect(found.keys == nil)
    #expect(try settings(["AWS_SHARED_CREDENTIALS_FILE": one]).keys == AWSKeys(id: "A", secret: "S"))
  }

  @Test(arguments: ["sso_session", "role_arn", "credential_process"])
  func waysThatAreNotGoneAreRemembered(key: String) throws {
    let found = try settings(config: "[default]\n\(key) = x")
    #expect(found.keys == nil)
    #expect(found.unusedSource == key)
    #expect(try settings(credentials: "[default]\naws_access_key_id=A\naws_secret_access_key=S").unusedSource == nil)
  }

  @Test func aProfileThatDoesNotExistIsAMistake() {
    let error = fetchError { () throws(FetchError) in try AWSSettings { $0 == "AWS_PROFILE" ? "dev" : nil } }
    #expect(error?.code == .usage)
    #expect(error?.message == "there is no AWS profile `dev`")
  }

  @Test(
    arguments: [
      (
        ["AWS_ACCESS_KEY_ID": "A"], "", "",
        "`AWS_ACCESS_KEY_ID` is in the variables, and `AWS_SECRET_ACCESS_KEY` is not"
      ),
      (
        ["AWS_SECRET_ACCESS_KEY": "A"], "aws_access_key_id=A\naws_secret_access_key=S", "",
        "`AWS_SECRET_ACCESS_KEY` is in the variables, and `AWS_ACCESS_KEY_ID` is not"
      ),
      (
        [:], "aws_access_key_id=A\naws_secret_access_key=", "",
        "`aws_access_key_id` is in the profile `default` of `~/.aws/credentials`, and `aws_secret_access_key` is not"
      ),
      (
        [:], "", "aws_access_key_id=A",
        "`aws_access_key_id` is in the profile `default` of `~/.aws/config`, and `aws_secret_access_key` is not"
      ),
      (
        ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "a\nb"], "", "",
        "one in the variables has a control character in it"
      ),
    ])
  func keysThatCannotSignAreAnError(
    variables: [String: String], credentials: String, config: String, cause: String
  ) {
    let error = fetchError { () throws(FetchError) in
      do {
        _ = try settings(variables, config: "[default]\n" + config, credentials: "[default]\n" + credentials)
      } catch let error as FetchError { throw error } catch {}
    }
    #expect(error?.code == .usage)
    #expect(error?.causes == [cause])
  }

  @Test func keysAreNotShown() {
    let keys = AWSKeys(id: "AKID", secret: "s3cr3t", sessionToken: "t0ken")
    #expect("\(keys) \(String(reflecting: keys))" == "AWS keys AWS keys")
  }
}

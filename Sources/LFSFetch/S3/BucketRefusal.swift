import HTTP
import Text

/// What an S3 store says when it does not do what it is asked.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct BucketRefusal: Sendable, Equatable {
  let status: Int
  let host: String
  /// Such as `NoSuchKey`; nil where the answer is not of S3's form.
  let code: String?
  let message: String?

  init(_ response: HTTPResponse) {
    status = response.status
    host = response.url.origin.name
    let error = response.body.count <= 64 << 10 ? try? XMLElement.parse(response.body) : nil
    code = error?.name == "Error" ? error?.text(of: "Code") : nil
    message = error?.name == "Error" ? error?.text(of: "Message") : nil
  }

  /// Code and message in one line; nil where the answer is not of S3's form.
  var words: String? {
    code.map { code in (code + (message.map { ": " + $0.prefix(300) } ?? "")).escapingControls }
  }

  /// One line for the list of causes.
  var reason: String { "\(host) answered \(status)" + (words.map { " " + $0 } ?? "") }

  /// `isSigned`: with the user's keys.
  func error(_ what: String, isSigned: Bool, unusedSource: String? = nil) -> FetchError {
    FetchError(
      fetchCode, what, causes: [reason], hint: hint(isSigned: isSigned, unusedSource: unusedSource))
  }

  private var fetchCode: FetchError.Code {
    switch (code, status) {
    case ("RequestTimeTooSkewed", _): .network
    case (_, 401), (_, 403), ("ExpiredToken", _), ("InvalidToken", _): .authentication
    case (_, 404), (_, 410), ("InvalidBucketName", _): .notFound
    default: .network
    }
  }

  private func hint(isSigned: Bool, unusedSource: String?) -> String? {
    switch code {
    case "NoSuchBucket", "InvalidBucketName":
      return "check the bucket's name, and the store: `?endpoint=URL` in the address, or `AWS_ENDPOINT_URL_S3`"
    case "NoSuchKey": return "check the key; a folder is written with `/` at its end"
    case "InvalidAccessKeyId", "SignatureDoesNotMatch":
      return
        "check `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the profile in `~/.aws/credentials`, and the store "
        + "that they are for"
    case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
      return "get new keys: `eval \"$(aws configure export-credentials --format env)\"`"
    case "RequestTimeTooSkewed": return "set the clock of this machine"
    default: break
    }
    if status == 404 { return "check the bucket and the key; a folder is written with `/` at its end" }
    guard [401, 403].contains(status) else { return nil }
    if isSigned {
      return "the keys do not allow it; without the right to list, a key that does not exist is answered like this, too"
    }
    if let unusedSource {
      return
        "the AWS profile gets its keys by `\(unusedSource)`, which is not spoken here: run `eval \"$(aws configure "
        + "export-credentials --format env)\"` first"
    }
    return "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or `AWS_PROFILE`; docs/concepts/sources.md tells more"
  }
}

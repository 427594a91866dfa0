/// With what a request is signed: AWS's Signature Version 4 for S3, which libcurl itself makes.
///
/// The secret key is given to libcurl alone: it is no part of a header, of an address or of a message. The signature is of
/// the path and the query as they are sent, so both must be written in the one form that the rules of the signature
/// allow (`percentEncoded`): libcurl's versions differ in what they make of any other.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
package struct RequestSigning: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  package let keyID: String
  package let secret: String
  /// Goes along where the keys are passing ones.
  package let sessionToken: String?
  package let region: String

  package init(keyID: String, secret: String, sessionToken: String? = nil, region: String) {
    (self.keyID, self.secret, self.sessionToken, self.region) = (keyID, secret, sessionToken, region)
  }

  static let service = "s3"

  package var description: String { "a signature for \(region)" }
  package var debugDescription: String { description }

  /// What S3 wants beside the signature, and signed with it. TLS and the SHA-256 of the object protect the bytes.
  var headers: HTTPHeaders {
    var headers: HTTPHeaders = ["x-amz-content-sha256": "UNSIGNED-PAYLOAD"]
    if let sessionToken { headers.add("x-amz-security-token", sessionToken) }
    return headers
  }
}

extension String {
  /// All percent-encoded but letters, digits, `-`, `.`, `_` and `~`: the one form that a signature's rules allow.
  package func percentEncoded(keepingSlashes: Bool = false) -> String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var text = String.UnicodeScalarView()
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.append(Unicode.Scalar(byte))
      case UInt8(ascii: "/") where keepingSlashes: text.append("/")
      default: text += ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(text)
  }
}

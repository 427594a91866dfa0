import Synchronization
import Text

/// Which region a bucket is in, where that is another than a request was made for: S3 tells it in a header, and the
/// request must go there signed anew, which a redirect could not do.
///
/// Learnt once for each bucket. The keys stay with whom they were for: of a host's name only AWS's own part for the region
/// is changed.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
final class BucketRegions: Sendable {
  private let known = Mutex<[String: String]>([:])

  /// For the region that the bucket is known to be in.
  func corrected(_ request: HTTPRequest) -> HTTPRequest {
    guard let region = known.withLock({ $0.isEmpty ? nil : $0[Self.bucket(of: request.url)] }) else { return request }
    return Self.moved(request, to: region) ?? request
  }

  /// The same request for the region that the answer names; nil where it is no such answer.
  func next(after response: HTTPResponse, to request: HTTPRequest) -> HTTPRequest? {
    guard [301, 307, 400].contains(response.status), let region = response.headers["x-amz-bucket-region"],
      let next = Self.moved(request, to: region)
    else { return nil }
    known.withLock { $0[Self.bucket(of: request.url)] = region }
    return next
  }

  /// The host has the bucket's name, or the path begins with it.
  private static func bucket(of url: HTTPURL) -> String {
    url.origin.description + "/" + (url.path.words(at: "/").first ?? "")
  }

  /// nil where that changes nothing.
  static func moved(_ request: HTTPRequest, to region: String) -> HTTPRequest? {
    let isName = region.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "-")
    }
    guard isName, (1...63).contains(region.utf8.count) else { return nil }
    var next = request
    if let url = moved(request.url, to: region) { next.url = url }
    if let signing = request.signing {
      next.signing = RequestSigning(
        keyID: signing.keyID, secret: signing.secret, sessionToken: signing.sessionToken, region: region)
    }
    return next.url == request.url && next.signing == request.signing ? nil : next
  }

  /// `[BUCKET.]s3.REGION.amazonaws.com` of another region; nil for all other hosts.
  private static func moved(_ url: HTTPURL, to region: String) -> HTTPURL? {
    var labels = url.host.fields(at: ".").map(String.init)
    let tail = url.host.ends(with: ".amazonaws.com.cn") ? 3 : url.host.ends(with: ".amazonaws.com") ? 2 : 0
    let place = labels.count - tail - 1
    guard tail > 0, place >= 1, labels[place - 1] == "s3" else { return nil }
    labels[place] = region
    let port = url.origin.description.ends(with: ":\(url.port)") ? ":\(url.port)" : ""
    let moved = try? HTTPURL("\(url.scheme)://\(labels.joined(separator: "."))\(port)").replacingPath(with: url.path)
    return url.query.flatMap { moved?.withQuery($0) } ?? moved
  }
}

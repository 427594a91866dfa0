import Files
import Foundation
import HTTP
import JSON
import LFSFetch

/// The real S3 store of `Tests/Servers/bucket-store`, which the first test that needs it starts.
package struct BucketStore: Sendable {
  /// The same store by three addresses; behind `virtual`, the bucket's name is a part of the host's.
  package let http: String
  package let virtual: String
  package let https: String
  package let keyID: String
  package let secret: String
  package let ca: String

  package struct Failure: Error, CustomStringConvertible { package let description: String }

  /// `AWS_ENDPOINT_URL_S3` and the keys.
  package var environment: [String: String] {
    ["AWS_ACCESS_KEY_ID": keyID, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL_S3": http]
  }

  package static func running() throws -> BucketStore { try started.get() }

  private static let started = Result { try BucketStore() }

  private init() throws {
    let servers = try Servers.running()
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Servers/bucket-store").path
    try Self.run([script, "up", servers.state])
    let json = try JSON.parse(readFile(servers.state + "/bucket-store.json"))
    http = try json.required("http").string()
    virtual = try json.required("virtual").string()
    https = try json.required("https").string()
    keyID = try json.required("keyID").string()
    secret = try json.required("secret").string()
    ca = servers.ca
  }

  /// Stores an object by curl's own signature; the path is that of the request, percent-encoded. With `hasDigest` the
  /// store learns the SHA-256 of the bytes, and keeps it.
  package func put(_ bytes: [UInt8], at path: String, in bucket: String = "private", hasDigest: Bool = false) throws {
    let file = FileManager.default.temporaryDirectory.path + "/lfsfetch-put-" + UUID().uuidString
    try Data(bytes).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    var words = [
      "curl", "-sSf", "--noproxy", "*", "-o", "/dev/null", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user",
      "\(keyID):\(secret)", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
    ]
    // To an address that ends with a slash, curl would add the file's name.
    words += path.hasSuffix("/") ? ["-X", "PUT", "--data-binary", "@" + file] : ["-T", file]
    if hasDigest { words += ["-H", "x-amz-checksum-sha256: \(base64(SHA256.hash(bytes).bytes))"] }
    try Self.run(words + ["\(http)/\(bucket)/\(path)"])
  }

  private static func run(_ words: [String]) throws {
    let environment = ProcessInfo.processInfo.environment
    let outcome = try Launch(words[0], Array(words.dropFirst()), environment: environment, in: "/").blockingOutcome()
    guard outcome.status == 0 else { throw Failure(description: "\(words[0]) failed: \(outcome.errors)") }
  }
}

import Git
import HTTP
import Text

/// Where files of an S3 store are, as the user or a registry writes it:
/// `s3://BUCKET/KEY[?endpoint=URL&region=NAME]`.
///
/// A key that is empty or ends with `/` is a folder: all keys that begin with it. In keys `%40`, `%3A`, `%25` and their
/// like stand for the character, as in every address here. Whatever neither the address nor the user's AWS settings say
/// is AWS itself.
package struct BucketAddress: Sendable, Hashable {
  let bucket: String
  /// Of an object, or what the keys of a folder begin with.
  let key: String
  let endpoint: HTTPURL?
  let region: String?

  var isFolder: Bool { key.isEmpty || key.ends(with: "/") }

  static let scheme = "s3://"

  /// A glob begins at the first `:` of what stands before the settings. Where there is one, the key is that of a folder.
  static func split(_ text: String) -> (place: String, glob: String?) {
    let settings = startOfSettings(in: text) ?? text.endIndex
    let place = text[..<settings]
    guard let (path, glob) = place.rest(after: scheme)?.cut(at: ":") else { return (text, nil) }
    let folder = place[..<path.endIndex]
    return (folder + (folder.ends(with: "/") ? "" : "/") + text[settings...], String(glob))
  }

  /// A user and a password in an endpoint are refused, and must not be shown either.
  static func withoutUser(_ settings: Substring) -> String {
    guard let slashes = settings.index(behind: "://") else { return String(settings) }
    let rest = settings[slashes...]
    let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "&") } ?? rest.endIndex
    guard let (_, host) = rest[..<end].cut(atLast: "@") else { return String(settings) }
    return String(settings[..<slashes] + settings[host.startIndex...])
  }

  /// The settings stand at the very end, because what they are may hold any other mark of an address.
  static func startOfSettings(in text: String) -> String.Index? {
    ["?endpoint=", "?region="].compactMap { text.ranges(of: $0).last?.lowerBound }.min()
  }

  init(_ text: String) throws(FetchError) {
    func fault(_ cause: String) -> FetchError {
      FetchError(
        .usage, "`\(text.withoutCredentials.escapingControls)` is no address of a bucket", causes: [cause],
        hint: "write `s3://BUCKET/KEY`, or `s3://BUCKET/FOLDER/` for all below it")
    }
    guard text.begins(with: Self.scheme), !text.hasControls else {
      throw fault("it is not of the form `s3://BUCKET/KEY`")
    }
    let settings = Self.startOfSettings(in: text)
    let place = text[..<(settings ?? text.endIndex)].rest(after: Self.scheme) ?? ""
    if let setting = Self.mistypedSetting(in: place) { throw fault(Self.noSetting(setting)) }
    let (bucket, written) = place.cut(at: "/") ?? (place, "")
    guard Self.isBucketName(bucket) else {
      throw fault("`\(String(bucket.cut(atLast: "@")?.after ?? bucket).escapingControls)` is no name of a bucket")
    }
    guard let key = String(percentEncoded: written) else {
      throw fault("in a key `%` begins two hexadecimal digits; write `%25` for the character itself")
    }
    var (endpoint, region): (HTTPURL?, String?)
    for setting in settings.map({ text[$0...].dropFirst().words(at: "&") }) ?? [] {
      guard let (name, written) = setting.cut(at: "="), let value = String(percentEncoded: written) else {
        throw fault(Self.noSetting(setting))
      }
      switch name {
      case "endpoint": endpoint = try Self.endpoint(value)
      case "region" where Self.isRegion(value): region = value
      case "region": throw fault("`\(value.escapingControls)` is no name of a region")
      default: throw fault(Self.noSetting(setting))
      }
    }
    (self.bucket, self.key, self.endpoint, self.region) = (String(bucket), key, endpoint, region)
  }

  private static func noSetting(_ text: Substring) -> String {
    "`\(String(text.cut(at: "=")?.before ?? text).escapingControls)` is no setting: `endpoint=URL` and `region=NAME` are"
  }

  /// `regoin=x` of `?regoin=x`: it would become a part of the key. A key that has such a part writes `%3F` for the `?`.
  private static func mistypedSetting(in place: Substring) -> Substring? {
    var rest = place
    while let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
      rest = rest[rest.utf8.index(after: mark)...]
      let name = rest.utf8.prefix { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
      if !name.isEmpty, name.endIndex < rest.endIndex, rest.utf8[name.endIndex] == UInt8(ascii: "=") { return rest }
    }
    return nil
  }

  /// In a glob `?` stands for any character, so only what is nearly a setting is taken for one.
  static func refuseSettings(in glob: String, of text: String) throws(FetchError) {
    guard let setting = mistypedSetting(in: glob[...]),
      let guess = NearestName.hint(
        for: String(setting.prefix { $0 != "=" }).lowercased(), among: ["endpoint", "region"])
    else { return }
    throw FetchError(
      .usage, "`\(text.withoutCredentials.escapingControls)` is no address of a bucket",
      causes: [noSetting(setting)], hint: guess)
  }

  /// Of an address or of the user's settings.
  static func endpoint(_ text: String) throws(FetchError) -> HTTPURL {
    let cause: String
    do throws(HTTPURLError) {
      let url = try HTTPURL(text)
      if url.user == nil, url.query == nil { return url }
      cause = "it must have neither credentials nor a query"
    } catch {
      cause = error.description
    }
    throw FetchError(
      .usage, "cannot use the S3 endpoint `\(text.withoutCredentials.escapingControls)`", causes: [cause])
  }

  /// What can be a part of a host's name and of a path alike.
  private static func isBucketName(_ text: Substring) -> Bool {
    (1...255).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy { $0.isLetterOrDigit || "._-".utf8.contains($0) }
  }

  /// It becomes a part of a host's name.
  static func isRegion(_ text: String) -> Bool {
    (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

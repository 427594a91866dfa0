import Git
import HTTP
import Text

/// A model, a dataset or a space of Hugging Face, as its own library writes it:
/// `hf://[models/|datasets/|spaces/]ORGANISATION/NAME[@REVISION][/PATH][:GLOB]`, and `hf://NAME` for the oldest models.
///
/// It is another way to write the address of a git repository, and is read as that one: all that a repository has goes
/// for it, too. In a revision `%2F` stands for a slash, since a slash ends it; those of pull requests and of converted
/// files need not be written so.
struct HuggingFaceAddress: Sendable, Equatable {
  /// The address of the git repository.
  let repository: String
  let revision: String?
  /// A path or glob.
  let path: String?

  static let scheme = "hf://"
  static let hub = "https://huggingface.co/"

  init(_ text: String) throws(FetchError) {
    func fault(_ cause: String) -> FetchError {
      FetchError(
        .usage, "`\(text.withoutCredentials.escapingControls)` is no address of Hugging Face", causes: [cause],
        hint: "write `hf://ORGANISATION/NAME`, `hf://datasets/ORGANISATION/NAME` or `hf://spaces/ORGANISATION/NAME`")
    }
    let rest = text.rest(after: Self.scheme) ?? text[...]
    let halves = rest.cut(at: ":")
    let glob = halves?.after
    if glob == "" { throw fault("nothing stands behind the `:`") }
    var parts = (halves?.before ?? rest).fields(at: "/")
    if parts.count > 1, parts.last == "" { parts.removeLast() }
    var kind = ""
    if parts.count > 1, ["datasets", "spaces"].contains(parts[0]) { kind = parts.removeFirst() + "/" }
    // Only the addresses of models have no word for what they are.
    if parts.count > 1, kind.isEmpty, parts[0] == "models" { parts.removeFirst() }
    // Only the last part of a name has a revision behind it.
    let nameLength = parts.count > 1 && !parts[0].has("@") ? 2 : 1
    var name = parts.prefix(nameLength)
    parts.removeFirst(name.count)
    var revision: String?
    if let last = name.popLast() {
      let words = last.cut(at: "@")
      name.append(words?.before ?? last)
      revision = words.map { String($0.after) }
    }
    guard !name.isEmpty, name.allSatisfy(Self.isName) else {
      throw fault("a name has letters, digits, `.`, `_` and `-`")
    }
    if revision == "refs", parts.count >= 2, ["pr", "convert"].contains(parts[0]) {
      revision = "refs/\(parts[0])/\(parts[1])"
      parts.removeFirst(2)
    }
    if let written = revision {
      guard let decoded = String(percentEncoded: written), !decoded.isEmpty else {
        throw fault("nothing that could be a revision stands behind the `@`")
      }
      revision = decoded
    }
    self.revision = revision
    repository = Self.hub + kind + name.joined(separator: "/")
    if parts.contains("") { throw fault("its path has an empty part") }
    let path = (parts + [glob].compactMap { $0 }).joined(separator: "/")
    self.path = path.isEmpty ? nil : path
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text != "." && text != ".."
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "._-".utf8.contains(byte)
        }
      }
  }
}

/// Hugging Face beside git: the host that stands in its place, and its own addresses of files.
struct HuggingFaceHub: Sendable {
  /// What `HF_ENDPOINT` says, without a slash at its end.
  let endpoint: String?
  /// It says something that is no address: then nobody is asked in its place.
  let fault: FetchError?

  init(variable: (String) -> String?) {
    var text = (variable("HF_ENDPOINT") ?? "").trimmingBlanks[...]
    while text.last == "/" { text.removeLast() }
    endpoint = (try? HTTPURL(String(text))) == nil ? nil : String(text)
    fault =
      text.isEmpty || endpoint != nil
      ? nil
      : FetchError(
        .usage, "the variable `HF_ENDPOINT` holds no http or https address",
        hint: "it is one like `https://hub.example.com`")
  }

  /// The configuration with which every repository of Hugging Face is asked for at the host in its place. What the user
  /// has configured for git stands above it.
  func rewriting(_ config: GitConfig) -> GitConfig {
    guard let endpoint else { return config }
    return config.overlaid(with: GitConfig(entries: [.init("url.\(endpoint)/.insteadof", HuggingFaceAddress.hub)]))
  }

  /// `…/resolve/COMMIT/PATH`, which gives the file without git or LFS; nil for repositories of other hosts, and where
  /// the user has git look for them elsewhere.
  func address(
    of path: RepositoryPath, in repository: String, revision: String, _ config: GitConfig
  ) -> HTTPURL? {
    guard repository.begins(with: HuggingFaceAddress.hub) else { return nil }
    let place = config.rewriting(repository)
    guard place.begins(with: (endpoint ?? String(HuggingFaceAddress.hub.dropLast())) + "/"),
      var url = try? HTTPURL(place), String(validating: path.bytes, as: UTF8.self) != nil
    else { return nil }
    if url.path.hasSuffix(".git") { url = url.replacingPath(with: String(url.path.dropLast(4))) }
    let file = "\(revision.percentEncoded())/\(path.string.percentEncoded(keepingSlashes: true))"
    return url.replacingPath(with: "\(url.path)/resolve/\(file)")
  }
}

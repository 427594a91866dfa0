import Files
import Git
import HTTP
import Text

/// How the small errors of the layers below become the user's.
extension FetchError {
  package init(http error: HTTPError, doing message: String) {
    switch error.kind {
    case .cancelled: self = .interruption
    case .badURL: self.init(.usage, message, causes: [error.message])
    case .offline:
      self.init(.network, message, causes: [error.message], hint: "run the command without `--offline` once")
    case .tls:
      self.init(.network, message, causes: [error.message], hint: .certificates)
    case .unauthorized:
      self.init(
        .authentication, message, causes: [error.message], hint: .credentials(for: error.url.origin.description))
    case .gated:
      self.init(.authentication, message, causes: [error.message], hint: .access(to: error.url.description))
    default: self.init(.network, message, causes: [error.message])
    }
  }

  package init(file error: FileError, doing message: String) {
    let hint: String? =
      if error.isDiskFull {
        "make room and run the same command again; what was downloaded is kept"
      } else if error.isNotPermitted {
        "check who owns the folder, or choose another with `--cache` or `LFSFETCH_CACHE`"
      } else { nil }
    self.init(.disk, message, causes: [error.description.escapingControls], hint: hint)
    if error.isDiskFull, let free = Directory.freeSpace(at: error.path) {
      causes.append("\(free) bytes are free there")
    }
  }

  /// Of a file that is not ours and is only to be read.
  package init(reading error: FileError, doing message: String) {
    self.init(
      .disk, message, causes: [error.description.escapingControls],
      hint: error.isNotPermitted ? "check who may read it, as `ls -l` shows" : nil)
  }

  package static let interruption = FetchError(
    .interrupted, "interrupted", hint: "run the same command again to go on from there")
}

extension String {
  /// For hosts with certificates of their own.
  static let certificates = "if the host uses a certificate of its own, name its CA file in git's `http.sslCAInfo`"

  static let quota =
    "the LFS quota of the repository may be used up: wait until it is renewed, or name a mirror in a registry file"

  /// The ways to give a token to the host of a URL.
  package static func credentials(for url: String) -> String {
    "give a token for \(url.hostName): \(waysToGiveAToken(for: url)); docs/concepts/credentials.md has all the ways"
  }

  private static func waysToGiveAToken(for url: String) -> String {
    let scheme = url.cut(at: ":")?.before ?? url[...]
    guard let origin = try? HTTPURL("\(scheme)://\(url.hostName)").origin else { return "run `lfsfetch login`" }
    let host = origin.scheme == "https" ? origin.name : origin.description
    let variable =
      switch origin.description {
      case "https://huggingface.co": "HF_TOKEN" as String?
      case "https://github.com": "GITHUB_TOKEN"
      case "https://gitlab.com": "GITLAB_TOKEN"
      default: TokenVariables.name(for: origin)
      }
    return "run `lfsfetch login \(host)`" + (variable.map { ", or set `\($0)`" } ?? "")
  }

  /// For a repository of which each user must ask its owner. `url` is its address, or one of its services'.
  package static func access(to url: String) -> String {
    var page = url.withoutCredentials[...]
    for service in ["/info/refs", "/git-upload-pack", "/info/lfs", "/resolve/"] {
      if let start = page.firstRange(of: service)?.lowerBound { page = page[..<start] }
    }
    page = page.withoutLastSlashes
    page = page.rest(before: ".git") ?? page
    return "ask for access at \(page), then give a token of the account that has it: \(waysToGiveAToken(for: url))"
  }
}

extension String {
  /// For hosts that are reached over ssh; nil for others.
  fileprivate static func letIn(by source: String) -> String? {
    guard case .ssh(let address)? = try? GitLocation(source) else { return nil }
    let port = address.port.map { "-p \($0) " } ?? ""
    return "see whether `ssh \(port)\(address.destination.escapingControls)` lets you in: the same ssh is used here"
  }
}

extension FetchError {
  /// `source` is the repository as messages name it.
  package init(git error: GitError, source: String) {
    let what = "cannot read the repository `\(source.withoutCredentials.escapingControls)`"
    let causes = [error.message] + (error.cause.map { [$0] } ?? [])
    switch error.code {
    case .cancelled: self = .interruption
    case .invalidURL, .config, .invalidRevision, .ambiguousRevision: self.init(.usage, what, causes: causes)
    case .unsupportedTransport, .unsupportedObjectFormat: self.init(.usage, what, causes: causes)
    case .offline:
      self.init(.network, what, causes: causes, hint: "run the command without `--offline` once")
    case .insecure: self.init(.network, what, causes: causes, hint: .certificates)
    case .network, .protocolViolation, .serverError: self.init(.network, what, causes: causes)
    case .authentication:
      self.init(.authentication, what, causes: causes, hint: .letIn(by: source) ?? .credentials(for: source))
    case .gated:
      self.init(.authentication, what, causes: causes, hint: .access(to: source))
    case .forbidden:
      self.init(.authentication, what, causes: causes, hint: "the credentials that were sent, if any, do not allow it")
    case .repositoryNotFound:
      if let fault = LocalFiles.fault(of: source) {
        self = fault
        return
      }
      let isLocal = if case .local? = try? GitLocation(source) { true } else { false }
      let hint =
        isLocal
        ? "check the path; it must lead to a git repository"
        : "check the address; a private repository also answers like this without credentials"
          + (source.endsLikeAFile ? "; a plain file is named with `#sha256=HEX` or `#unverified` behind it" : "")
      self.init(.notFound, what, causes: causes, hint: hint)
    case .revisionNotFound, .notACommit, .emptyRepository: self.init(.notFound, what, causes: causes)
    case .missingObject: self.init(.notFound, what, causes: causes)
    case .corrupt, .tooLarge, .unsafePath: self.init(.integrity, what, causes: causes)
    case .disk where error.isDiskFull:
      self.init(
        .disk, "cannot keep what the repository `\(source.withoutCredentials.escapingControls)` holds", causes: causes,
        hint: "make room and run the same command again")
    case .notOwned, .disk: self.init(.disk, what, causes: causes)
    }
  }
}

extension String {
  /// Whether an http address ends in the name of a file, as those of repositories seldom do.
  fileprivate var endsLikeAFile: Bool {
    guard case .http(let url)? = try? GitLocation(self), let name = url.path.words(at: "/").last,
      let (stem, ending) = name.cut(atLast: "."), !stem.isEmpty
    else { return false }
    return ending != "git" && ending.utf8.count <= 12 && ending.first?.isLetter == true
      && ending.allSatisfy { $0.isLetter || $0.isNumber }
  }
}

/// Runs git work whose errors are about the repository `source`.
func reading<Value>(_ source: String, _ body: () async throws(GitError) -> Value) async throws(FetchError) -> Value {
  do throws(GitError) { return try await body() } catch { throw FetchError(git: error, source: source) }
}

func reading<Value>(_ source: String, _ body: () throws(GitError) -> Value) throws(FetchError) -> Value {
  do throws(GitError) { return try body() } catch { throw FetchError(git: error, source: source) }
}

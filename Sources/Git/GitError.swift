import CGit2
import Files
import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What went wrong with a repository: a code to act upon, one sentence that names the thing, and the reason that
/// the layer below gave.
package struct GitError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case invalidURL, unsupportedTransport, unsupportedObjectFormat
    case network, insecure, offline, authentication, forbidden, gated, repositoryNotFound, cancelled
    case revisionNotFound, ambiguousRevision, invalidRevision, notACommit, emptyRepository
    case protocolViolation, serverError, corrupt, missingObject, tooLarge, unsafePath
    case notOwned, disk, config
  }

  package let code: Code
  package let message: String
  /// The words of the server, of libgit2 or of the system, safe to print.
  package let cause: String?

  package init(_ code: Code, _ message: String, cause: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  package var description: String { cause.map { "\(message): \($0)" } ?? message }
}

extension GitError {
  /// The disk or the quota is used up. The library below hands on nothing but the system's words for it.
  package var isDiskFull: Bool {
    code == .disk && [ENOSPC, EDQUOT].contains { cause?.has(String(cString: strerror($0))) == true }
  }

  init(_ error: HTTPError) {
    switch error.kind {
    case .cancelled: self.init(.cancelled, "cancelled")
    case .offline: self.init(.offline, error.message)
    case .tls: self.init(.insecure, error.message)
    case .badURL: self.init(.invalidURL, error.message)
    case .unauthorized: self.init(.authentication, error.message)
    case .gated: self.init(.gated, error.message)
    case .bodyTooLarge: self.init(.tooLarge, error.message)
    default: self.init(.network, error.message)
    }
  }

  init(_ error: FileError) {
    self.init(.disk, "cannot \(error.operation) `\(error.path.escapingControls)`", cause: error.reason)
  }

  /// What a final status means for a repository.
  init(_ response: HTTPResponse, from url: HTTPURL) {
    self.init(status: response.status, from: url)
    if response.isTooManyRequests { self = GitError(.network, message, cause: "too many requests") }
  }

  init(status: Int, from url: HTTPURL) {
    let place = url.description.escapingControls
    let reason = "\(url.origin.name) answered \(status)\(GitError.phrase(status)) for `\(place)`"
    switch status {
    case 401, 407: self.init(.authentication, reason)
    case 403: self.init(.forbidden, reason)
    case 404, 410: self.init(.repositoryNotFound, reason)
    case 408, 500...599: self.init(.network, reason)
    default: self.init(.serverError, reason)
    }
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 401: " Unauthorized"
    case 403: " Forbidden"
    case 404: " Not Found"
    case 410: " Gone"
    case 429: " Too Many Requests"
    case 500: " Internal Server Error"
    case 502: " Bad Gateway"
    case 503: " Service Unavailable"
    case 504: " Gateway Timeout"
    default: ""
    }
  }
}

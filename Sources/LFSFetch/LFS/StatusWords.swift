import HTTP

/// What git-lfs says of a status with which it can do nothing: scripts look for these words in what it tells.
enum StatusWords {
  /// An address is named without its query, which may be what lets anybody in.
  static func of(_ status: Int, at url: HTTPURL) -> String {
    switch status {
    case 401, 403: "Authorization error: \(url)\nCheck that you have proper access to the repository"
    case 404:
      "Repository or object not found: \(url)\nCheck that it exists and that you have proper access to it"
    case 400: "Client error: \(url)"
    case 422: "Unprocessable entity: \(url)"
    case 429: "Rate limit exceeded: \(url)"
    case 500: "Fatal error: Server error: \(url)"
    case 501: "Not Implemented: \(url)"
    case 507: "Insufficient server storage: \(url)"
    case 509: "Bandwidth limit exceeded: \(url)"
    case ..<500: "Client error \(url) from HTTP \(status)"
    default: "Fatal error: Server error \(url) from HTTP \(status)"
    }
  }
}

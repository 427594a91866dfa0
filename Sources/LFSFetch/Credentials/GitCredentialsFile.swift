import HTTP
import Text

/// The lines of `~/.git-credentials`, in which `git credential-store` keeps what it is told: a URL each.
/// https://git-scm.com/docs/git-credential-store#_storage_format
struct GitCredentialsFile: Sendable {
  private let urls: [HTTPURL]

  /// Lines that are no usable address are passed over.
  init(parsing bytes: [UInt8]) {
    urls = String(decoding: bytes, as: UTF8.self).lines.compactMap { line in
      try? HTTPURL(String(line))
    }
  }

  /// The first line for the host and, where they are known, for the user and the path.
  func entry(for origin: Origin, user: String?, path: String?) -> (user: String, password: String)? {
    for url in urls where url.origin == origin {
      guard let found = url.user, let password = url.password, user?.isSame(as: found) ?? true,
        path.map(url.repositoryPath.isSame(as:)) ?? true
      else { continue }
      return (found, password)
    }
    return nil
  }
}

import CCurl

/// The cookies of one file of the user's, and those that hosts give meanwhile: libcurl's own cookie engine, which decides
/// by domain, path and expiry which of them goes to whom. Every request is matched anew, those after redirects too.
///
/// It belongs to one curl thread and is shared by all requests there whose settings name the file.
final class CookieJar {
  private let share: UnsafeMutableRawPointer
  /// Where cookies that come are kept; nil where they are not.
  private let savePath: String?

  /// What curl takes for its standard input.
  private static let standardInput = "-"

  /// `path` may be empty: then there are only the cookies that come. A file that cannot be read has none, as with git.
  init?(_ path: String, isSaved: Bool) {
    guard let share = curl_share_init() else { return nil }
    self.share = share
    let path = path == Self.standardInput ? "./-" : path
    savePath = isSaved && !path.isEmpty ? path : nil
    lf_share_cookies(share)
    guard let easy = curl_easy_init() else { return }
    lf_setopt_pointer(easy, CURLOPT_SHARE, share)
    lf_setopt_string(easy, CURLOPT_COOKIEFILE, path)
    // Once, and not for each request: the file's would take the place of those that hosts have changed since.
    lf_setopt_string(easy, CURLOPT_COOKIELIST, "RELOAD")
    curl_easy_cleanup(easy)
  }

  deinit { curl_share_cleanup(share) }

  func attach(to easy: UnsafeMutableRawPointer) {
    lf_setopt_pointer(easy, CURLOPT_SHARE, share)
    // No file: only that cookies are to be used.
    lf_setopt_string(easy, CURLOPT_COOKIEFILE, "")
  }

  /// Writes the file, for whoever comes next.
  func save(by easy: UnsafeMutableRawPointer) {
    guard let savePath else { return }
    lf_setopt_string(easy, CURLOPT_COOKIEJAR, savePath)
    lf_setopt_string(easy, CURLOPT_COOKIELIST, "FLUSH")
    // Else curl would write it again with each request that ends.
    lf_setopt_string(easy, CURLOPT_COOKIEJAR, nil)
  }
}

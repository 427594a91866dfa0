import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ModelRequest {
  /// The `@` behind which the revision stands; nil where there is none. `text` ends before the path or glob.
  ///
  /// Branches have `@` in their names (`release@2`, `dependabot/npm/@types/node`), repositories on hosts do not, and where
  /// one of the folders around them does, `%40` says so. So it is the first, but for one that begins a part of the path,
  /// such as `/@scope/name`. Behind `.git` there is no doubt. A path of this machine has no `%40`; there, what is there
  /// tells, and that costs nobody a request.
  static func startOfRevision(in text: Substring, _ pathStart: String.Index) -> String.Index? {
    let path = text[pathStart...].utf8
    let all = path.indices.filter { path[$0] == UInt8(ascii: "@") }
    guard !all.isEmpty, !isThere(text) else { return nil }
    return all.last { isThere(text[..<$0]) }
      ?? all.first { text[..<$0].rest(before: ".git") != nil }
      ?? all.first { $0 != path.startIndex && path[path.index(before: $0)] != UInt8(ascii: "/") }
      ?? all.last
  }

  /// A path of this machine, behind which there is something.
  private static func isThere(_ text: Substring) -> Bool {
    guard case .local(let path)? = try? GitLocation(String(text)) else { return false }
    return access(path, F_OK) == 0
  }
}

import Files
import LFSFetch
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file of this very program, and how git is told to run it.
enum ProgramFile {
  /// `lfsfetch` where the shell finds a program of that name, so that an update or a move does no harm; else the path
  /// of this file, in quotes where a shell needs them.
  static var command: String {
    if isInPath("lfsfetch") { return "lfsfetch" }
    return path.map(quoted) ?? "lfsfetch"
  }

  /// Whether a shell finds this very file under the name, wherever it stands: not where it would look into the working
  /// directory before, in which a stranger's repository can have a program of that name.
  private static func isInPath(_ name: String) -> Bool {
    var (found, own) = (stat(), stat())
    guard let file = Files.Program.findEverywhere(name), let path, stat(file, &found) == 0, stat(path, &own) == 0 else {
      return false
    }
    return (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)
  }

  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/._-+".utf8.contains(byte)
    }
    return isPlain ? path : "'" + path.replacingBytes("'", with: "'\\''") + "'"
  }

  /// Makes the link `git-lfs` beside this file; returns how git is to run it. What else is there under that name stays
  /// unless `isForced`.
  static func linkAsGitLFS(isForced: Bool) throws(FetchError) -> String {
    guard let path else { throw FetchError(.disk, "the system does not tell where this program is") }
    let link = path.words(at: "/").dropLast().map { "/" + $0 }.joined() + "/git-lfs"
    if resolved(link) != path {
      var present = stat()
      if lstat(link, &present) == 0 {
        guard isForced else {
          throw FetchError(
            .disk, "`\(link)` is there already, and is not lfsfetch", hint: "`--force` puts the link in its place")
        }
        unlink(link)
      }
      guard symlink(path, link) == 0 else {
        throw FetchError(
          .disk, "cannot make the link `\(link)`", causes: [String(cString: strerror(errno))],
          hint: "make a link of that name to `\(path)` in a folder of the PATH")
      }
    }
    return isInPath("git-lfs") ? "git-lfs" : quoted(link)
  }

  /// nil where the system does not tell.
  static var path: String? {
    #if os(Linux)
      return resolved("/proc/self/exe")
    #else
      var size: UInt32 = 4096
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
      return resolved(String(cString: buffer))
    #endif
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

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
    let folders = Terminal.environmentVariable("PATH")?.split(separator: ":").map(String.init) ?? []
    if folders.contains(where: { access($0 + "/lfsfetch", X_OK) == 0 }) { return "lfsfetch" }
    guard let path else { return "lfsfetch" }
    let isPlain = path.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || "/._-+".utf8.contains(byte)
    }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }

  /// nil where the system does not tell.
  static var path: String? {
    #if os(Linux)
      let name: UnsafeMutablePointer<CChar>? = realpath("/proc/self/exe", nil)
    #else
      var size: UInt32 = 4096
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
      let name: UnsafeMutablePointer<CChar>? = realpath(buffer, nil)
    #endif
    defer { free(name) }
    return name.map { String(cString: $0) }
  }
}

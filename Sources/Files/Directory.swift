#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders, by path.
package enum Directory {
  /// Makes the folder and those above it; fine when it is there already. The permissions are for it alone.
  package static func create(_ path: String, permissions: UInt16 = 0o777) throws(FileError) {
    if mkdir(path, mode_t(permissions)) == 0 { return }
    if errno == ENOENT, let parent = path.parentFolder {
      try create(parent)
      if mkdir(path, mode_t(permissions)) == 0 { return }
    }
    let reason = errno
    // Another process may have been quicker; a link to a folder is as good as a folder.
    var raw = stat()
    guard reason == EEXIST, stat(path, &raw) == 0, raw.st_mode & S_IFMT == S_IFDIR else {
      throw FileError("create the folder", path, errno: reason)
    }
  }

  /// The names in the folder, sorted, without `.` and `..`; none when the folder is not there.
  package static func list(_ path: String) throws(FileError) -> [String] {
    guard let stream = opendir(path) else {
      if errno == ENOENT { return [] }
      throw FileError("list", path)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes the folder and all in it; symbolic links are removed, not followed. Fine when it is not there.
  package static func remove(_ path: String) throws(FileError) {
    guard let status = try FileStatus.of(path) else { return }
    guard status.kind == .folder else {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
      return
    }
    for name in try list(path) { try remove(path + "/" + name) }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
  }

  /// Bytes that an unprivileged user may still write there, or nil when the system does not tell.
  package static func freeSpace(at path: String) -> Int64? {
    fileSystem(of: path).map { Int64(clamping: UInt64($0.f_bavail) * UInt64($0.f_frsize)) }
  }

  /// The size of the whole file system.
  package static func totalSpace(at path: String) -> Int64? {
    fileSystem(of: path).map { Int64(clamping: UInt64($0.f_blocks) * UInt64($0.f_frsize)) }
  }

  private static func fileSystem(of path: String) -> statvfs? {
    var raw = statvfs()
    var folder = path
    // The folder may not be there yet; the one above it will do.
    while statvfs(folder, &raw) != 0 {
      guard let parent = folder.parentFolder else { return nil }
      folder = parent
    }
    return raw
  }
}

private let slash = UInt8(ascii: "/")

/// All by bytes: to the system a slash is one even where a combining mark follows it.
extension String {
  /// The path without its last component, or nil for `/`.
  package var parentFolder: String? {
    guard let last = utf8.lastIndex(where: { $0 != slash }) else { return nil }
    guard let cut = utf8[...last].lastIndex(of: slash) else { return "." }
    return cut == startIndex ? "/" : String(self[..<cut])
  }

  /// The last component of the path.
  package var lastPathComponent: String {
    utf8.split(separator: slash).last.map { String(Substring($0)) } ?? self
  }

  /// The path with all links in it followed; as it is where it leads nowhere.
  package var realPath: String {
    guard let resolved = realpath(self, nil) else { return absolutePath }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The path as seen from `/`, without `.` and `..`; links are not looked at.
  package var absolutePath: String {
    var path = self
    if utf8.first != slash {
      guard let working = getcwd(nil, 0) else { return self }
      defer { free(working) }
      path = String(cString: working) + "/" + self
    }
    var parts: [Substring] = []
    for part in path.utf8.split(separator: slash).map({ Substring($0) }) where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}

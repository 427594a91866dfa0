import Files
import Git
import HTTP
import Text

/// Which files of this machine a lock or a registry file can name that may be somebody else's: those in its own folder,
/// which came with it, and those whose SHA-256 it has. Nobody else gets any by way of it.
struct LocalReach: Sendable, Hashable {
  /// Of the file that names them.
  let folder: String
  let digests: Set<SHA256Digest>
  /// The command that takes what a file is now, when it is named with it.
  let renewal: String

  /// Links count as what they lead to; `.git` folders, where credentials may be, are nobody's to name.
  func isInFolder(_ path: String) -> Bool {
    guard let rest = path.realPath.path(below: folder.realPath) else { return false }
    return (try? RepositoryPath(validating: rest)) != nil
  }

  /// The listing with what may be named as something that is known; the other files stay unknown.
  func proving(_ listing: Listing, _ selection: Selection) async throws(FetchError) -> Listing {
    var listing = listing
    for index in listing.files.indices {
      let entry = listing.files[index]
      guard selection.contains(entry.path.bytes) else { continue }
      guard case .unknown(let state) = entry.content, case .file(let path) = entry.source else { continue }
      let learned = try await state.hash(ofFile: path)
      guard digests.contains(learned.digest) || isInFolder(path) else { continue }
      listing.files[index] = Listing.Entry(
        path: entry.path, content: .known(learned.digest, size: learned.size), source: entry.source,
        isExecutable: entry.isExecutable)
    }
    return listing
  }
}

extension FirstUse {
  /// Reads this very state of a file of this machine.
  func hash(ofFile path: String) async throws(FetchError) -> Learned {
    let what = "cannot read `\(path.escapingControls)`"
    let digest: SHA256Digest
    let status: FileStatus?
    do throws(FileError) {
      digest = try await onBlockingThread { () throws(FileError) in try hashFile(path) }
      status = try FileStatus.of(path, followingLinks: true)
    } catch { throw FetchError(reading: error, doing: what) }
    do throws(TransferFault) {
      guard let status else { throw .changed(host: "this machine") }
      try check(status)
      return Learned(digest: digest, size: status.size)
    } catch { throw FetchError(error, name: path) }
  }
}

extension Resolution {
  /// With the hashes of files of this machine, which are read for that.
  func hashingLocalFiles() async throws(FetchError) -> Resolution {
    var found: [SHA256Digest: Learned] = [:]
    for state in files.compactMap(\.firstUse) where state.isLocal && found[state.key] == nil {
      guard case .file(let path)? = direct[state.key]?.first else { continue }
      found[state.key] = try await state.hash(ofFile: path)
    }
    return learning { found[$0.key] }
  }
}

extension String {
  /// The rest of an absolute path that leads beneath a folder; nil for all other paths.
  func path(below folder: String) -> String? {
    let prefix = folder == "/" ? "/" : folder + "/"
    guard utf8.starts(with: prefix.utf8), utf8.count > prefix.utf8.count else { return nil }
    return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// A path of this machine as the files in a folder are to name it: from that folder where it is beneath it, or where it
  /// was not written from `/`.
  func written(in folder: String) -> String {
    guard let first = utf8.first, first == UInt8(ascii: "/") || isRelativePath else { return self }
    let path = absolutePath
    if path.isSame(as: folder) { return "." }
    if let rest = path.path(below: folder) { return "./" + rest }
    guard isRelativePath else { return self }
    let (one, two) = (folder.words(at: "/"), path.words(at: "/"))
    let common = zip(one, two).prefix { $0.isSame(as: $1) }.count
    return String(repeating: "../", count: one.count - common) + two.dropFirst(common).joined(separator: "/")
  }

  /// The same where it is to be a part of a name, which `@` and `:` would end: an address has another way to write them.
  func writtenAsName(in folder: String) -> String {
    let place = written(in: folder)
    guard place.utf8.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ":") }),
      !begins(with: "file:"), case .local(let path)? = try? GitLocation(self).absolute
    else { return place }
    return "file://" + path.percentEncoded(keepingSlashes: true)
  }

  /// A path that stands in a file of that folder, as seen from everywhere; any other address as it is.
  func read(in folder: String) -> String {
    isRelativePath ? (folder + "/" + self).absolutePath : self
  }

  private var isRelativePath: Bool {
    self == "." || self == ".." || ["./", "../"].contains { utf8.starts(with: $0.utf8) }
  }
}

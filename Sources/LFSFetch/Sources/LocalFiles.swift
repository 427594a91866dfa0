import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The plain files of this machine: one, or all in a folder.
///
/// Links to files count as what they lead to, links to folders are not followed. `.git` folders are nobody's content;
/// what else cannot be taken is listed with its reason.
struct LocalFiles {
  private var files: [Listing.Entry] = []
  private var leftOut: [LeftOut] = []

  static func listing(of path: String) throws(FetchError) -> Listing {
    var found = LocalFiles()
    do throws(FileError) {
      guard let status = try FileStatus.of(path, followingLinks: true) else {
        throw FileError("find", path, errno: ENOENT)
      }
      if status.kind == .file {
        try found.take(Array(path.lastPathComponent.utf8), path, status)
      } else {
        try found.takeAll(in: try Folder(path), below: [])
      }
    } catch {
      throw FetchError(reading: error, doing: "cannot read `\(path.escapingControls)`")
    }
    var listing = Listing(files: found.files.sorted { $0.path < $1.path })
    listing.leftOut = found.leftOut.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    return listing
  }

  private mutating func takeAll(in folder: Folder, below prefix: [UInt8]) throws(FileError) {
    for name in try folder.list() where String(decoding: name, as: UTF8.self).lowercased() != ".git" {
      let path = prefix + name
      // What is gone by now was never there.
      guard let status = try folder.status(of: name) else { continue }
      switch status.kind {
      case .folder:
        do throws(FileError) {
          if let inner = try folder.enter(name) { try takeAll(in: inner, below: path + [UInt8(ascii: "/")]) }
        } catch {
          guard error.isNotPermitted else { throw error }
          leave(path, .closed(error))
        }
      case .file: try take(path, folder.path(of: name), status)
      case .symlink: try takeTarget(ofLink: path, folder.path(of: name))
      case .other: leave(path, .special)
      }
    }
  }

  private mutating func takeTarget(ofLink path: [UInt8], _ full: String) throws(FileError) {
    guard String(validating: path, as: UTF8.self) != nil else { return leave(path, .notUTF8) }
    let status: FileStatus?
    do throws(FileError) { status = try FileStatus.of(full, followingLinks: true) } catch {
      if error.isNotPermitted { return leave(path, .closed(error)) }
      guard error.errno == ELOOP else { throw error }
      return leave(path, .leadsInCircles)
    }
    switch status?.kind {
    case .file?: if let status { try take(path, full, status) }
    case .folder?: leave(path, .leadsToFolder)
    case .symlink?, .other?: leave(path, .special)
    case nil: leave(path, .leadsNowhere)
    }
  }

  private mutating func take(_ path: [UInt8], _ full: String, _ status: FileStatus) throws(FileError) {
    guard String(validating: path, as: UTF8.self) != nil else { return leave(path, .notUTF8) }
    if let objection = RepositoryPath.objection(to: path) { return leave(path, .unsafe(objection)) }
    guard let name = try? RepositoryPath(validating: path) else { return }
    var content = Listing.Content.unknown(FirstUse(ofFile: full, status))
    if status.size == 0 {
      switch isEmpty(full) {
      case true?: content = .known(.ofNothing, size: 0)
      case false?: return leave(path, .unknownSize)
      // Whoever takes the file will learn why it cannot be read.
      case nil: break
      }
    }
    files.append(
      Listing.Entry(
        path: name, content: content, source: .file(full), isExecutable: status.permissions & 0o100 != 0))
  }

  private mutating func leave(_ path: [UInt8], _ reason: LeftOut.Reason) {
    leftOut.append(LeftOut(path: path, reason: reason))
  }

  /// Of files such as those below `/proc` the system says that they have no bytes; nil where the file cannot be read.
  private func isEmpty(_ path: String) -> Bool? {
    guard let file = try? File.open(path, .read) else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { buffer in
      (try? file.read(into: buffer, at: 0)).map { $0 == 0 }
    }
  }
}

extension LocalFiles {
  /// Why a source that is no repository cannot be had either; nil where it is something else, or on another machine.
  static func fault(of source: String) -> FetchError? {
    guard case .local(let path)? = (try? GitLocation(source))?.absolute else { return nil }
    let what = "cannot read `\(source.escapingControls)`"
    do throws(FileError) {
      guard let status = try FileStatus.of(path, followingLinks: true) else {
        let isLink = try FileStatus.of(path) != nil
        let hasFragment = ["#sha256=", "#unverified"].contains { source.firstRange(of: $0) != nil }
        return FetchError(
          .notFound, what, causes: [isLink ? "it is a link that leads nowhere" : "there is nothing of that name"],
          hint: hasFragment
            ? "`#sha256=HEX` and `#unverified` are for http and https addresses; a file of this machine is named without"
            : "check the path")
      }
      guard status.kind == .other else { return nil }
      return FetchError(
        .usage, what, causes: ["it is a pipe, a socket or a device"],
        hint: "copy what comes out of it to a file, as with `cat`, and name that")
    } catch {
      if error.errno == ELOOP {
        return FetchError(.notFound, what, causes: ["it is a link that leads back to itself"], hint: "check the path")
      }
      return FetchError(reading: error, doing: what)
    }
  }
}

import Files
import JSON
import Text

/// Where the lock file is, and how it gets there.
extension Fetcher {
  /// Beside the project's `lfsfetch.json`, else in the working directory.
  public var lockPath: String {
    let folder = configuration.registryPlaces.project?.parentFolder
    return (folder.map { $0 == "/" ? "" : $0 } ?? ".".absolutePath) + "/" + ModelLock.fileName
  }

  /// Relative paths in a lock are seen from there.
  var lockFolder: String { lockPath.parentFolder ?? "/" }

  /// What to ask for to get all of a lock.
  public func requests(of lock: ModelLock) -> [ModelRequest] {
    lock.requests.map { request in
      var request = request.read(in: lockFolder)
      let digests = lock.models[request.text]?.files.compactMap(\.digest) ?? []
      request.reach = LocalReach(folder: lockFolder, digests: Set(digests), renewal: "lfsfetch update")
      return request
    }
  }

  /// What a request is called in the lock.
  func lockedName(of request: ModelRequest) -> String {
    request.reach == nil ? request.text(in: lockFolder) : request.text
  }

  /// nil when there is no lock file.
  public func readLock() throws(FetchError) -> ModelLock? {
    let path = lockPath
    let bytes: [UInt8]
    do throws(FileError) {
      guard try FileStatus.of(path.realPath) != nil else { return nil }
      bytes = try readFile(path, limit: ModelLock.largestFile)
    } catch {
      throw FetchError(reading: error, doing: "cannot read `\(path.escapingControls)`")
    }
    do throws(JSONError) { return try ModelLock(parsing: bytes) } catch {
      throw FetchError(
        .usage, "`\(path.escapingControls)` has a fault",
        causes: ["\(path):\(error.position): \(error.message)".escapingControls],
        hint: "`lfsfetch lock NAME…` writes it anew, once the old one is out of the way")
    }
  }

  /// The lock file, which must be there.
  public func requireLock() throws(FetchError) -> ModelLock {
    if let lock = try readLock() { return lock }
    throw FetchError(
      .notFound, "there is no lock file `\(lockPath.escapingControls)`", hint: "`lfsfetch lock NAME…` writes one")
  }

  /// Writes what has become of the lock `old`, as it was read, and keeps what another process has written meanwhile of
  /// other models.
  public func write(_ lock: ModelLock, insteadOf old: ModelLock?) throws(FetchError) {
    var failure: FetchError?
    do throws(FileError) {
      try Folder(lockPath.realPath.parentFolder ?? ".").exclusively { () throws(FileError) in
        do throws(FetchError) { try write(lock.onTop(of: readLock(), insteadOf: old)) } catch { failure = error }
      }
    } catch {
      throw FetchError(file: error, doing: "cannot write `\(lockPath.escapingControls)`")
    }
    if let failure { throw failure }
  }

  /// Leaves the file alone where it says the same already.
  private func write(_ lock: ModelLock) throws(FetchError) {
    let bytes = Array(lock.text.utf8)
    guard bytes.count <= ModelLock.largestFile else {
      throw FetchError(
        .usage, "the lock would be larger than the \(ModelLock.largestFile) bytes that a lock file may have",
        hint: "lock fewer files: `URL:GLOB`, or `files` in `lfsfetch.json`")
    }
    do throws(FileError) {
      if try FileStatus.of(lockPath.realPath) != nil, try readFile(lockPath) == bytes { return }
      try rewriteFile(lockPath, with: bytes)
    } catch {
      throw FetchError(file: error, doing: "cannot write `\(lockPath.escapingControls)`")
    }
  }
}

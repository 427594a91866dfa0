import Files
import Git

/// The filters as commands of their own, which git runs once for each file where it does not speak with the process.
extension LFSRepository {
  /// Reads content from standard input and writes its pointer to standard output. `path` is what git calls the file,
  /// empty where it is not told.
  package func clean(path: [UInt8]) async throws(FetchError) {
    try await onBlockingThread { () throws(FetchError) in
      let cleaner = try Cleaner(self, path: path)
      try Cleaner.keeping { () throws(FileError) in
        try ByteStream.standardInput.readPieces { piece throws(FileError) in try cleaner.update(piece) }
      }
      let pointer = try cleaner.finish()
      try Self.talking { () throws(FileError) in try ByteStream.standardOutput.write(pointer) }
    }
  }

  /// Reads a pointer from standard input and writes the content to standard output, which is downloaded where it has
  /// to be; what is no pointer is passed on. `path` is what git calls the file, empty where it is not told.
  package func smudge(path: [UInt8], skips: Bool) async throws(FetchError) {
    let blob = try await onBlockingThread { () throws(FetchError) in
      try Self.talking { () throws(FileError) in try ByteStream.standardInput.readAll(limit: 1 << 40) }
    }
    let smudger = Smudger(self, skips: skips)
    var skipsContent = false
    var outcome = try await onBlockingThread { () throws(FetchError) in
      try smudger.outcome(of: blob, at: path)
    }
    if case .missing(_, let object) = outcome {
      do throws(FetchError) {
        let obtained = try await obtain(
          [object], from: defaultRemote, reference: defaultReference, mayOweSync: true)
        if let failure = obtained.failures[object.oid] { throw failure }
      } catch {
        guard settings.skipsDownloadErrors, error.code != .interrupted else {
          // Who does not look at the exit status has the pointer at least, and not an empty file.
          try? Self.talking { () throws(FileError) in try ByteStream.standardOutput.write(blob) }
          throw error
        }
        skipsContent = true
      }
      if !skipsContent {
        outcome = try await onBlockingThread { () throws(FetchError) in
          try smudger.outcome(of: blob, at: path)
        }
      }
    }
    let result = outcome
    try await onBlockingThread { () throws(FetchError) in
      try Self.talking { () throws(FileError) in
        guard case .file(let content) = result else { return try ByteStream.standardOutput.write(blob) }
        try ByteStream.standardOutput.write(contentOf: try File.open(content.path, .read))
      }
    }
    try await finishLinks()
  }

  private static func talking<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(file: error, doing: "cannot pass the content of a file on")
    }
  }
}

import Files
import Text

/// Turns the content of one file into its pointer, as git asks for when a file is added: what is given is hashed and
/// kept in the media folder, from where git-lfs or another tool can push it. What is a pointer already stays as it is.
/// Where extensions are configured, it is what they make of the content that is kept.
package final class Cleaner {
  private let media: MediaFolder
  private let temporaryFolder: String
  private let path: [UInt8]
  private let extensions: [LFSExtension]
  private let hash = SHA256()
  /// The beginning, which tells whether it is a pointer.
  private var head: [UInt8] = []
  private var size: Int64 = 0
  private var file: TemporaryFile?

  /// `path` is what git calls the file, empty where it does not tell.
  package init(_ repository: LFSRepository, path: [UInt8]) throws(FetchError) {
    media = repository.media
    temporaryFolder = repository.temporaryFolder
    self.path = path
    extensions = try repository.settings.orderedExtensions()
  }

  package func update(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if head.count < Pointer.sizeLimit { head.append(contentsOf: bytes.prefix(Pointer.sizeLimit - head.count)) }
    hash.update(bytes)
    if file == nil { file = try makeFile() }
    try file?.file.write(bytes, at: size)
    size += Int64(bytes.count)
  }

  /// What git is to keep.
  package func finish() throws(FetchError) -> [UInt8] {
    if size < Pointer.sizeLimit, (try? Pointer.parse(head)) != nil { return head }
    let oid = hash.finish()
    guard let file = file?.file else { return [] }
    guard !extensions.isEmpty else {
      let pointer = Pointer(oid: oid, size: size)
      try keep(file, as: pointer)
      return Array(pointer.text.utf8)
    }
    let cleaned = try Transformation(folder: temporaryFolder, media: media, path: path)
      .clean(file, oid: oid, by: extensions)
    let pointer = try Self.keeping { () throws(FileError) in
      Pointer(oid: cleaned.oid, size: try cleaned.output.file.status().size, extensions: cleaned.steps)
    }
    try keep(cleaned.output.file, as: pointer)
    return Array(pointer.text.utf8)
  }

  private func keep(_ file: File, as pointer: Pointer) throws(FetchError) {
    try Self.keeping { () throws(FileError) in
      if try !media.contains(pointer.oid, size: pointer.size) { try media.keep(file.path, as: pointer.oid) }
    }
  }

  static func keeping<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(file: error, doing: "cannot keep the content of a file in the media folder")
    }
  }

  private func makeFile() throws(FileError) -> TemporaryFile {
    try media.makeFolder(beside: temporaryFolder)
    return try TemporaryFile(beside: temporaryFolder + "/clean", permissions: 0o666)
  }
}

extension LFSRepository {
  /// Where what is not finished lies, as with git-lfs.
  var temporaryFolder: String { settings.storage(of: layout) + "/tmp" }
}

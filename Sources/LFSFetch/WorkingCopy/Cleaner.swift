import Files
import Text

/// Turns the content of one file into its pointer, as git asks for when a file is added: what is given is hashed and
/// kept in the media folder, from where git-lfs or another tool can push it. What is a pointer already stays as it is.
package final class Cleaner {
  private let media: MediaFolder
  private let temporaryFolder: String
  private let hash = SHA256()
  /// The beginning, which tells whether it is a pointer.
  private var head: [UInt8] = []
  private var size: Int64 = 0
  private var file: File?

  package init(_ repository: LFSRepository) throws(FetchError) {
    media = repository.media
    temporaryFolder = repository.settings.storage(of: repository.layout) + "/tmp"
    if let name = repository.settings.firstExtension {
      throw FetchError(
        .usage, "git's configuration names the LFS extension `\(name.escapingControls)`, which is not supported",
        hint: "use git-lfs in this repository, or remove `lfs.extension.\(name.escapingControls)`")
    }
  }

  deinit {
    if let file { try? removeFile(file.path) }
  }

  package func update(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if head.count < Pointer.sizeLimit { head.append(contentsOf: bytes.prefix(Pointer.sizeLimit - head.count)) }
    hash.update(bytes)
    if file == nil { file = try makeFile() }
    try file?.write(bytes, at: size)
    size += Int64(bytes.count)
  }

  /// What git is to keep.
  package func finish() throws(FileError) -> [UInt8] {
    if size < Pointer.sizeLimit, (try? Pointer.parse(head)) != nil { return head }
    let pointer = Pointer(oid: hash.finish(), size: size)
    if let file, try !media.contains(pointer.oid, size: size) {
      try media.keep(file.path, as: pointer.oid)
      self.file = nil
    }
    return Array(pointer.text.utf8)
  }

  private func makeFile() throws(FileError) -> File {
    try media.makeFolder(beside: temporaryFolder)
    return try File.open(temporaryName(beside: temporaryFolder + "/clean"), .createNew(permissions: 0o666))
  }
}

extension LFSSettings {
  /// Programs through which content is to be passed on its way into git.
  fileprivate var firstExtension: String? {
    config.entries.lazy.compactMap { $0.name.rest(after: "lfs.extension.")?.rest(before: ".clean") }.map(String.init)
      .first
  }
}

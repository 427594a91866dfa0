import Files
import Git
import JSON
import Text

/// The folder of `--to`: belongs to the user, who may have put files of his own there, or changed ours.
///
/// What lfsfetch puts there is remembered in the cache with size, inode and time, as git's index does: a file that
/// is still so need not be read again, and may be replaced by another version. A file that is not ours, or was
/// changed, is never overwritten unless it has the wanted bytes already.
struct UserFolder {
  let folder: TargetFolder
  let link: LinkKind?
  private let copies: [SHA256Digest: EarlyCopy]
  /// Without the ending.
  private let recordPath: String
  private var record: [ExactText: Entry]

  fileprivate struct Entry: Equatable {
    let content: String
    let size: Int64
    let inode: UInt64
    let modified: Int64
  }

  /// `copies` are of objects that have just come.
  init(
    _ path: String, link: LinkKind?, cache: Cache, copies: [SHA256Digest: EarlyCopy] = [:]
  ) throws(FileError) {
    self.copies = copies
    folder = try TargetFolder(making: path.absolutePath)
    self.link = link
    let digest = SHA256.hash(Array(path.absolutePath.utf8)).hex.prefix(32)
    recordPath = "\(cache.root)/folders/\(digest)"
    record = Self.read(recordPath + ".json")
  }

  var path: String { folder.path }

  /// Puts the files of a complete snapshot there. Nothing is touched when one of them would destroy something.
  mutating func fill(from snapshot: Snapshot) throws(FetchError) {
    for file in snapshot.resolution.files {
      let isStranger: Bool
      do throws(FileError) { isStranger = try self.isStranger(file, of: snapshot) } catch { throw failure(error) }
      if isStranger {
        throw FetchError(
          .disk, "`\(folder.path(of: file.path).escapingControls)` is there already with other content",
          causes: ["it was not put there by lfsfetch, or was changed since"],
          hint: "move it away, or choose another folder with `--to`")
      }
    }
    let clash: CaseClash?
    do throws(FileError) {
      try FillMarker.recover(beside: recordPath)
      var changed: [SelectedFile] = []
      for file in snapshot.resolution.files where try !isUpToDate(file) { changed.append(file) }
      guard !changed.isEmpty else { return }
      let folders = Set(changed.compactMap { folder.path(of: $0.path).parentFolder.map { ExactText($0) } })
      let marker = try FillMarker(beside: recordPath, folders: folders.union([ExactText(path)]))
      defer { try? marker.remove() }
      clash = try CaseClash.find(among: snapshot.resolution.files.map(\.path), in: path).first
      if clash == nil { try put(changed, from: snapshot) }
    } catch { throw failure(error) }
    if let clash { throw clash.error("the folder `\(path.escapingControls)`", otherDisk: "`--to`") }
  }

  private mutating func put(_ changed: [SelectedFile], from snapshot: Snapshot) throws(FileError) {
    let placing = Placing(path: path, link: link, copies: copies, snapshot: snapshot)
    let statuses = try onPartsAtOnce(changed) { files throws(FileError) in try placing.put(files) }
    for (file, status) in zip(changed, statuses.joined()) {
      record[file.path.string] = status?.entry(recorded(file))
    }
    // The record must not know of files before the disk has them.
    try File.open(path, .read).syncFileSystem()
    try write()
  }

  private func failure(_ error: FileError) -> FetchError {
    FetchError(file: error, doing: "cannot put the files into `\(path.escapingControls)`")
  }

  private func isStranger(_ file: SelectedFile, of snapshot: Snapshot) throws(FileError) -> Bool {
    guard let present = try folder.status(of: file.path), !isOurs(present, file.path.string) else { return false }
    return try !mayReplace(present, with: file, from: snapshot)
  }

  private func isUpToDate(_ file: SelectedFile) throws(FileError) -> Bool {
    guard let present = try folder.status(of: file.path) else { return false }
    return record[file.path.string] == present.entry(recorded(file))
  }

  /// Who asks for copies after hard links wants to write into them.
  private func recorded(_ file: SelectedFile) -> String {
    "\(file.content) \(file.mode) \(link?.rawValue ?? "own")"
  }

  private func isOurs(_ present: FileStatus, _ key: String) -> Bool {
    guard let entry = record[key] else { return false }
    return entry == present.entry(entry.content)
  }

  /// Whether nothing is lost: what is there is what is wanted, or the pointer that stands for it.
  private func mayReplace(
    _ present: FileStatus, with file: SelectedFile, from snapshot: Snapshot
  ) throws(FileError) -> Bool {
    if file.mode == .symlink {
      guard present.kind == .symlink else { return false }
      return try folder.linkTarget(of: file.path) == TargetFolder(snapshot.path).linkTarget(of: file.path)
    }
    guard present.kind == .file, let open = try folder.open(file.path) else { return false }
    if present.size == file.size {
      guard let wanted = try TargetFolder(snapshot.path).open(file.path) else { return false }
      return try hashFile(open) == hashFile(wanted)
    }
    guard case .object(let oid) = file.content, present.size < Pointer.sizeLimit else { return false }
    return (try? Pointer.parse(try open.readAll(limit: Pointer.sizeLimit)))??.oid == oid
  }

  // MARK: The record

  private static func read(_ path: String) -> [ExactText: Entry] {
    guard let bytes = try? readFile(path), let members = try? JSON.parse(bytes).members() else { return [:] }
    return members.reduce(into: [:]) { record, member in
      let json = member.value
      guard let content = try? json["content"]?.string(), let size = try? json["size"]?.integer(),
        let inode = try? json["inode"]?.integer(), let modified = try? json["modified"]?.integer()
      else { return }
      record[member.name] = Entry(content: content, size: size, inode: UInt64(bitPattern: inode), modified: modified)
    }
  }

  private func write() throws(FileError) {
    let members = record.sorted { $0.key < $1.key }.map { key, entry in
      (
        key.text,
        JSON.object([
          ("content", .string(entry.content)), ("size", .integer(entry.size)),
          ("inode", .integer(Int64(bitPattern: entry.inode))), ("modified", .integer(entry.modified)),
        ]) as JSON?
      )
    }
    if let parent = recordPath.parentFolder { try Directory.create(parent) }
    try replaceFile(recordPath + ".json", with: Array((JSON.object(members).text + "\n").utf8))
  }
}

extension FileStatus {
  fileprivate func entry(_ content: String) -> UserFolder.Entry {
    UserFolder.Entry(content: content, size: size, inode: inode, modified: modified)
  }
}

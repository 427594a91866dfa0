import Files
import Text

/// Content that passes through the programs of LFS extensions, one after another: from file to file, in a folder for
/// temporary files. What comes of each step is hashed.
struct Transformation {
  let folder: String
  /// Where that folder lies.
  let media: MediaFolder
  /// What the user calls the file; the programs are told it.
  let path: [UInt8]

  private var name: String { String(decoding: path, as: UTF8.self).escapingControls }

  /// What came of cleaning: the bytes to be stored, and what the pointer says of the way there.
  struct Cleaned {
    let output: TemporaryFile
    let oid: SHA256Digest
    let steps: [Pointer.Extension]
  }

  /// Runs each extension's `clean`. One that has left the content as it was has no line in the pointer.
  func clean(_ content: File, oid: SHA256Digest, by extensions: [LFSExtension]) throws(FetchError) -> Cleaned {
    guard extensions.count <= Self.mostSteps else {
      throw FetchError(.usage, "there are more than \(Self.mostSteps) LFS extensions, which no pointer can name")
    }
    var (input, oid) = (content, oid)
    var output: TemporaryFile?
    var steps: [Pointer.Extension] = []
    for transformer in extensions {
      let made = try run(transformer.clean, of: transformer.name, on: input)
      let digest = try hash(made.file)
      if digest != oid { steps.append(.init(priority: steps.count, name: transformer.name, oid: oid)) }
      (input, oid, output) = (made.file, digest, made)
    }
    guard let output else {
      throw FetchError(.usage, "no LFS extension is configured")
    }
    return Cleaned(output: output, oid: oid, steps: steps)
  }

  /// Runs `smudge` of the extensions that the pointer names, the last first, and checks each step.
  func smudge(_ object: File, _ pointer: Pointer, by extensions: [LFSExtension]) throws(FetchError) -> TemporaryFile {
    try check(object, is: pointer.oid) {
      FetchError(.integrity, "the object of `\(name)` is damaged", hint: "`lfsfetch fsck --repair` fetches it again")
    }
    var input = object
    var output: TemporaryFile?
    for step in pointer.extensions.sorted(by: { $0.priority > $1.priority }) {
      let shown = step.name.escapingControls
      guard let transformer = extensions.first(where: { $0.name == step.name }) else {
        throw .transformed(name, by: step)
      }
      let made = try run(transformer.smudge, of: step.name, on: input)
      try check(made.file, is: step.oid) {
        FetchError(
          .integrity, "the LFS extension `\(shown)` does not make of `\(name)` what it was",
          causes: ["the pointer expects the content sha256:\(step.oid)"],
          hint: "is `lfs.extension.\(shown).smudge` the program that belongs to the one that was run at `git add`?")
      }
      (input, output) = (made.file, made)
    }
    guard let output else { throw FetchError(.usage, "the pointer of `\(name)` names no extension") }
    return output
  }

  /// A pointer's lines have one digit.
  private static let mostSteps = 10

  private func run(_ command: String, of transformer: String, on input: File) throws(FetchError) -> TemporaryFile {
    let shown = transformer.escapingControls
    let result: (ending: ChildProcess.Ending?, lastWords: [UInt8])
    let output: TemporaryFile
    do throws(FileError) {
      try media.makeFolder(beside: folder)
      output = try TemporaryFile(beside: folder + "/extension", permissions: 0o666)
      // Opened anew, because the program begins to read where the descriptor stands.
      result = try LFSExtension.program(command, path: path)
        .run(reading: try File.open(input.path, .read), writing: output.file)
    } catch {
      if RunningPrograms.areEnding { throw .interruption }
      throw FetchError(
        .usage, "cannot run the LFS extension `\(shown)` for `\(name)`", causes: [error.reason],
        hint: "see `lfs.extension.\(shown)` in git's configuration"
      ).inGitLFS("extension '\(shown)' failed with: \(error.reason)")
    }
    guard result.ending == .exited(0) else {
      if RunningPrograms.areEnding { throw .interruption }
      let words = String(decoding: result.lastWords, as: UTF8.self).split(separator: "\n").map {
        String($0).escapingControls
      }
      throw FetchError(
        .usage, "the LFS extension `\(shown)` failed for `\(name)`",
        causes: words.isEmpty ? ["`\(command.escapingControls)` said nothing"] : words,
        hint: "see `lfs.extension.\(shown)` in git's configuration"
      ).inGitLFS("extension '\(shown)' failed with: \(words.joined(separator: "\n"))")
    }
    return output
  }

  private func hash(_ file: File) throws(FetchError) -> SHA256Digest {
    do throws(FileError) { return try hashFile(file) } catch {
      throw FetchError(file: error, doing: "cannot read what the LFS extensions made of `\(name)`")
    }
  }

  private func check(_ file: File, is oid: SHA256Digest, _ error: () -> FetchError) throws(FetchError) {
    if try hash(file) != oid { throw error() }
  }
}

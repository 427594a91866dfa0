import Text

@testable import Git

/// What comes from a git server, and out of a repository.
enum GitTargets {
  /// The first byte of the input says where the rest is split; the lines are the same however it is.
  static func pktLine(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = lines(in: bytes, piece: bytes.count)
    check(lines(in: bytes, piece: Int(first) + 1) == whole, "lines do not depend on how they arrive")
    check(lines(in: bytes, piece: 1) == whole, "lines do not depend on how they arrive")
    guard let decoded = try? PktLine.decode(bytes) else { return }
    check((try? PktLine.decode(PktLine.encode(decoded))) == decoded, "what is written reads the same")
  }

  /// The lines up to the first fault, whether there is one, and whether the end is between lines.
  private struct Lines: Equatable {
    var lines: [PktLine] = []
    var error: GitError?
    var isBetweenLines = true
  }

  private static func lines(in bytes: [UInt8], piece: Int) -> Lines {
    var read = Lines()
    var decoder = PktLineDecoder()
    do throws(GitError) {
      for piece in pieces(of: bytes, length: piece) {
        try piece.withUnsafeBufferPointer { buffer throws(GitError) in
          try decoder.decode(UnsafeRawBufferPointer(buffer)) { packet throws(GitError) in
            switch packet {
            case .data(let payload): read.lines.append(.data(Array(payload)))
            case .flush: read.lines.append(.flush)
            case .delimiter: read.lines.append(.delimiter)
            case .responseEnd: read.lines.append(.responseEnd)
            }
          }
        }
      }
      read.isBetweenLines = decoder.isBetweenLines
    } catch {
      read.error = error
    }
    return read
  }

  static func pieces(of bytes: [UInt8], length: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: max(length, 1)).map { bytes[$0..<min($0 + max(length, 1), bytes.count)] }
  }

  static func advertisement(_ input: [UInt8]) {
    guard let advertisement = try? Advertisement(parsing: input) else { return }
    for reference in advertisement.references {
      check(RemoteReference.isValidName(reference.name), "only valid names are kept")
      check(reference.target.map { RemoteReference.isValidName($0) } ?? true, "only valid targets are kept")
    }
    check(advertisement.capabilities["object-format"]?.last ?? "sha1" == "sha1", "other formats are refused")
    _ = (advertisement.canFilter, advertisement.canDeepen, advertisement.allowsAnyWant)
  }

  /// The first byte chooses protocol and shape of the answer, the second where it is split: pack and failure are the
  /// same however it is.
  static func fetchResponse(_ input: [UInt8]) {
    guard input.count >= 2 else { return }
    let bytes = Array(input.dropFirst(2))
    let rung = FetchRung.allCases[Int(input[0] >> 1) % FetchRung.allCases.count]
    let version: Advertisement.Version = input[0] & 1 == 0 ? .v0 : .v2
    let read = { piece in answer(FetchResponse(version: version, shape: rung.shape), bytes, piece: piece) }
    let whole = read(bytes.count)
    check(read(Int(input[1]) + 1) == whole, "the pack does not depend on how it arrives")
    check(read(1) == whole, "the pack does not depend on how it arrives")
    check(whole.failure != nil || !whole.pack.isEmpty, "an answer without a pack is a failure")
    check(whole.pack.count <= bytes.count, "no more comes out than went in")
  }

  private struct Answer: Equatable {
    var pack: [UInt8] = []
    var failure: FetchFailure?
  }

  private static func answer(_ response: FetchResponse, _ bytes: [UInt8], piece: Int) -> Answer {
    var response = response
    var answer = Answer()
    do {
      for piece in pieces(of: bytes, length: piece) {
        try piece.withUnsafeBytes { try response.consume($0) { answer.pack += $0 } }
      }
      try response.finish()
    } catch {
      answer.failure = error as? FetchFailure
      check(answer.failure != nil, "no other error comes out: \(error)")
    }
    return answer
  }

  /// The first two bytes say how many of the others are a split index's own; the rest is what it shares.
  static func index(_ input: [UInt8]) {
    guard input.count >= 2 else { return }
    let bytes = Array(input.dropFirst(2))
    let length = min(Int(input[0]) << 8 | Int(input[1]), bytes.count)
    let shared = Array(bytes[length...])
    // Fuzzing finds no name that is right.
    let name = Array(shared.suffix(ObjectID.byteCount))
    var own = Array(bytes[..<length])
    let link = (try? IndexReader.contents(of: own))?.link
    if let link, name.count == ObjectID.byteCount, link.count >= name.count {
      own.replaceSubrange(link.prefix(name.count), with: name)
    }
    for bytes in [own, shared] {
      guard let index = try? GitIndex(bytes, shared: { _ in shared }) else { continue }
      for entry in index.entries { _ = index.size(of: entry) }
      let written = IndexWriter.index(index.entries.map { IndexWriter.Entry($0, in: index.bytes) }, extensions: [])
      guard !index.entries.isEmpty else { continue }
      let again = try? GitIndex(written)
      check(again?.entries.map(\.path) == index.entries.map(\.path), "what is written reads the same")
      check(again?.entries.map(\.id) == index.entries.map(\.id), "what is written reads the same")
    }
  }

  /// The first line is a path, the rest the attributes of the top folder.
  static func attributes(_ input: [UInt8]) {
    let path = Array(input.prefix { $0 != 0x0a })
    let file = Array(input.dropFirst(path.count + 1))
    let lines = AttributeLine.lines(ofFile: file)
    check(lines.flatMap(\.states).allSatisfy { !$0.name.isEmpty }, "attributes have names")
    for ignoresCase in [false, true] {
      var outside = AttributeLookup.Outside()
      outside.ignoresCase = ignoresCase
      guard var lookup = try? AttributeLookup(["filter", "text"], outside: outside, read: { $0.isEmpty ? lines : [] })
      else { continue }
      let first = try? lookup.values(of: path)
      check(first?.count == 2, "each attribute has a value")
      check((try? lookup.values(of: path)) == first, "the same is said each time")
    }
  }

  static func config(_ input: [UInt8]) {
    guard let config = try? GitConfig(parsing: input, name: ".lfsconfig") else { return }
    for entry in config.entries {
      check(GitConfig.normalised(entry.name) == entry.name, "names are normalised: \(entry.name)")
      check(config.string(entry.name) != nil, "what was read is found: \(entry.name)")
    }
    _ = config.rewriting("https://example.org/org/model.git")
    // Names without a section, and with one that begins with a dot, cannot be written as `text` does.
    let written = config.entries.filter { $0.name.has(".") && !$0.name.begins(with: ".") }
    let again = try? GitConfig(parsing: text(of: written), name: ".lfsconfig")
    check(again?.entries == written, "what is written reads the same")
  }

  /// The entries in git's syntax, each under a header of its own and with its value in quotes.
  private static func text(of entries: [GitConfig.Entry]) -> [UInt8] {
    func quoted(_ text: some StringProtocol) -> [UInt8] {
      var quoted: [UInt8] = [UInt8(ascii: "\"")]
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\n"): quoted += "\\n".utf8
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
        default: quoted.append(byte)
        }
      }
      return quoted + [UInt8(ascii: "\"")]
    }
    var text: [UInt8] = []
    for entry in entries {
      guard let (section, rest) = entry.name.cut(at: "."), let (_, key) = entry.name.cut(atLast: ".") else { continue }
      text += "[\(section)".utf8
      if let subsection = rest.rest(before: "." + key) { text += " ".utf8 + quoted(subsection) }
      text += "]\n\(key)".utf8
      if let value = entry.value { text += " = ".utf8 + quoted(value) }
      text += "\n".utf8
    }
    return text
  }
}

import HTTP

@testable import LFSFetch

/// What comes from LFS servers and object hosts, and what a killed run left on the disk.
enum LFSTargets {
  static func pointer(_ input: [UInt8]) {
    guard let pointer = (try? Pointer.parse(input)) ?? nil else { return }
    check(pointer.size >= 0, "a size is not negative")
    check(input.isEmpty || input.count < Pointer.sizeLimit, "a pointer is short")
    layout(of: pointer.size)
    // Two extensions of one priority are written in the order in which they were read.
    check((try? Pointer.parse(Array(pointer.text.utf8))) == pointer, "what is written reads the same: \(pointer)")
  }

  /// The chunks of an object of whatever size a pointer may claim lie one after the other and inside of it.
  private static func layout(of size: Int64) {
    guard size > 0 else { return }
    let layout = ChunkLayout(size: size)
    check(layout.range(of: 0).lowerBound == 0, "the first chunk begins at 0")
    check(layout.range(of: layout.count - 1).upperBound == size - 1, "the last chunk ends at the end")
    if layout.count > 1 {
      check(
        layout.range(of: layout.count - 1).lowerBound == layout.range(of: layout.count - 2).upperBound + 1,
        "there is no gap")
    }
  }

  static func contentRange(_ input: [UInt8]) {
    guard let range = ContentRange(String(decoding: input, as: UTF8.self)) else { return }
    check(range.range.lowerBound >= 0, "a range begins at 0 or later")
    check(range.total.map { $0 >= 0 } ?? true, "a whole has no negative size")
    let total = range.total.map(String.init) ?? "*"
    let text = "bytes \(range.range.lowerBound)-\(range.range.upperBound)/\(total)"
    check(ContentRange(text) == range, "what is written reads the same")
  }

  /// The first object of the corpus's answers, an empty one, and one of the largest size.
  private static let asked = [
    Batch.Object(oid: SHA256.hash(Array("a".utf8)), size: 1), Batch.Object(oid: SHA256.hash([]), size: 0),
    Batch.Object(oid: SHA256.hash(Array("b".utf8)), size: .max),
  ]

  static func batch(_ input: [UInt8]) {
    guard let answers = try? Batch.answer(input, to: asked, now: 1_800_000_000),
      let endpoint = try? HTTPURL("https://example.org/org/model.git/info/lfs")
    else { return }
    let now = ContinuousClock.now
    for (oid, answer) in answers {
      check(asked.contains { $0.oid == oid }, "only what was asked for is answered")
      switch answer {
      case .success(.order): check(false, "only what was offered is chosen")
      case .success(.download(let action)):
        let location = Location(action, from: LFSServer(url: endpoint), now: now)
        _ = location.isUsable(at: now)
      case .failure(let error):
        check(!error.message.unicodeScalars.contains { $0.value < 0x20 }, "messages can be shown")
      }
    }
  }

  /// Sizes that the headers of the corpus are of, and those where the layout changes.
  private static let sizes: [Int64] = [1, 4 << 20, 4 << 20 + 1, 64 << 20, 1 << 30, Pointer.largestObject]

  static func journal(_ input: [UInt8]) {
    for size in sizes {
      let layout = ChunkLayout(size: size)
      // Fuzzers do not guess headers: what has none is taken for lines.
      let hasHeader = input.starts(with: "lfsfetch".utf8)
      let bytes = hasHeader ? input : Array(Journal(layout: layout).header.utf8) + input
      guard let journal = Journal(parsing: bytes, size: layout.size) else { continue }
      check(journal.layout.size == layout.size, "a journal is of the object that it is read for")
      check(journal.layout.count <= 1 << 18, "a journal does not fill the memory")
      var text = journal.header
      for (chunk, claim) in journal.claims {
        // Which may be other ones than this version makes.
        check((0..<journal.layout.count).contains(chunk), "a chunk is one of the object's")
        check((1...journal.layout.length(of: chunk)).contains(claim.length), "a claim is inside of its chunk")
        text += Journal.line(chunk: chunk, claim)
      }
      check(Journal(parsing: Array(text.utf8), size: layout.size) == journal, "what is written reads the same")
      // A crash cuts the file anywhere: each claim of what is left stood in the file at some time.
      if let cut = Journal(parsing: Array(bytes.dropLast()), size: layout.size), bytes.last != UInt8(ascii: "\n") {
        check(cut == journal, "a line that was cut short is passed over")
      }
    }
  }
}

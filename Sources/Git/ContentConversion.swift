import Text

/// What git does to the content of a file on its way between repository and work tree, without running anything: line
/// ends, and `$Id$`. A value that follows from the file's attributes and the configuration.
///
/// https://git-scm.com/docs/gitattributes#_checking_out_and_checking_in
package struct ContentConversion: Sendable, Equatable {
  enum LineEnds: Sendable, Equatable {
    case untouched
    /// CRLF in the work tree, or LF there, too. What is guessed to be text may turn out not to be.
    case text(isCRLF: Bool, isGuessed: Bool)
  }

  let lineEnds: LineEnds
  let expandsID: Bool

  /// In the order in which the values of a path are expected.
  static let attributes = ["text", "crlf", "eol", "ident"]

  init(_ values: some Collection<AttributeValue>, _ config: GitConfig) {
    let values = Array(values)
    lineEnds = Self.lineEnds(Self.kind(values[0]) ?? Self.kind(values[1]), eol: values[2].text, config)
    expandsID = values[3] == .set
  }

  private enum Kind { case text, binary, input, auto }

  private static func kind(_ value: AttributeValue) -> Kind? {
    switch value {
    case .set: .text
    case .unset: .binary
    case .value("input"): .input
    case .value("auto"): .auto
    case .value, .unspecified: nil
    }
  }

  private static func lineEnds(_ kind: Kind?, eol: String?, _ config: GitConfig) -> LineEnds {
    guard kind != .binary else { return .untouched }
    if eol == "lf" || eol == "crlf" { return .text(isCRLF: eol == "crlf", isGuessed: kind == .auto) }
    let autocrlf = config.string("core.autocrlf")?.inLowerCase
    let isConverting = autocrlf.map { $0.isEmpty || GitConfig.bool($0) == true } ?? false
    let isCRLF = isConverting || (autocrlf != "input" && config.string("core.eol")?.inLowerCase == "crlf")
    switch kind {
    case .binary: return .untouched
    case .input: return .text(isCRLF: false, isGuessed: false)
    case .text: return .text(isCRLF: isCRLF, isGuessed: false)
    case .auto: return .text(isCRLF: isCRLF, isGuessed: true)
    case nil: return isConverting || autocrlf == "input" ? .text(isCRLF: isCRLF, isGuessed: true) : .untouched
    }
  }

  /// Whether the content stays what it is, in both directions.
  var changesNothing: Bool { lineEnds == .untouched && !expandsID }

  /// As git writes the blob `id` into the work tree.
  func inWorkTree(_ blob: [UInt8], _ id: ObjectID) -> [UInt8] {
    let content = expandsID ? IdentKeyword.expanded(blob, id) : blob
    guard case .text(isCRLF: true, let isGuessed) = lineEnds else { return content }
    let census = LineEndCensus(content)
    guard census.lf > 0, !isGuessed || (census.cr == 0 && census.crlf == 0 && !census.isBinary) else { return content }
    var converted: [UInt8] = []
    converted.reserveCapacity(content.count + census.lf)
    var last: UInt8?
    for byte in content {
      if byte == 0x0a, last != 0x0d { converted.append(0x0d) }
      converted.append(byte)
      last = byte
    }
    return converted
  }

  /// As git keeps a file of the work tree; `staged` is what the index has of it.
  func inRepository(_ content: [UInt8], staged: [UInt8]?) -> [UInt8] {
    var kept = content
    if case .text(_, let isGuessed) = lineEnds, Self.losesCR(content, isGuessed: isGuessed, staged) {
      kept = []
      kept.reserveCapacity(content.count)
      for (index, byte) in content.enumerated() {
        if byte == 0x0d, index + 1 < content.count, content[index + 1] == 0x0a { continue }
        kept.append(byte)
      }
    }
    return expandsID ? IdentKeyword.collapsed(kept) : kept
  }

  private static func losesCR(_ content: [UInt8], isGuessed: Bool, _ staged: [UInt8]?) -> Bool {
    let census = LineEndCensus(content)
    guard census.crlf > 0 else { return false }
    guard isGuessed else { return true }
    // What was committed with such line ends keeps them.
    let old = staged.map { LineEndCensus($0) }
    return !census.isBinary && (old.map { $0.crlf == 0 || $0.isBinary } ?? true)
  }
}

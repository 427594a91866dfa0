/// `$Id$`, which the attribute `ident` replaces with the id of the blob in the work tree, and back.
///
/// https://git-scm.com/docs/gitattributes#_ident
enum IdentKeyword {
  static func expanded(_ blob: [UInt8], _ id: ObjectID) -> [UInt8] {
    replaced(blob, with: Array("$Id: \(id.hex) $".utf8), keepsForeign: true)
  }

  static func collapsed(_ content: [UInt8]) -> [UInt8] {
    replaced(content, with: Array("$Id$".utf8), keepsForeign: false)
  }

  private static func replaced(_ content: [UInt8], with text: [UInt8], keepsForeign: Bool) -> [UInt8] {
    let dollar = UInt8(ascii: "$")
    let opening = Array("$Id".utf8)
    var result: [UInt8] = []
    var rest = content[...]
    while let start = rest.firstIndex(of: dollar) {
      result += rest[..<start]
      rest = rest[start...]
      let behind = rest.dropFirst(opening.count)
      if rest.starts(with: opening), behind.first == dollar {
        result += text
        rest = behind.dropFirst()
      } else if rest.starts(with: opening), behind.first == UInt8(ascii: ":"),
        let end = end(of: behind.dropFirst(), keepsForeign: keepsForeign)
      {
        result += text
        rest = rest[(end + 1)...]
      } else {
        result.append(dollar)
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }

  /// Where the keyword ends that goes on with this; nil where it is none. One with blanks inside is of another system.
  private static func end(of value: ArraySlice<UInt8>, keepsForeign: Bool) -> Int? {
    guard let end = value.firstIndex(of: UInt8(ascii: "$")) else { return nil }
    let inner = value[..<end]
    if inner.contains(0x0a) { return nil }
    if keepsForeign, let blank = inner.dropFirst().firstIndex(of: 0x20), blank < end - 1 { return nil }
    return end
  }
}

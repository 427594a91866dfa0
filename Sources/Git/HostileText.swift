import Text

extension String {
  /// What a server said, fit for one line of an error: trimmed, escaped, and cut at 300 characters.
  init(hostile bytes: some BidirectionalCollection<UInt8>) {
    var text = bytes.prefix(1200)
    while let last = text.last, last == 0x0a || last == 0x0d || last == 0x20 { text = text.dropLast() }
    let escaped = String(decoding: text, as: UTF8.self).escapingControls
    self = escaped.count > 300 ? escaped.prefix(300) + "…" : escaped
  }
}

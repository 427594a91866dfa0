import Text

/// From which size on a file must be with LFS to be committed: a number of bytes, or one with git's `k`, `m` or `g`, in
/// powers of 1024. Zero is no limit.
///
/// The attribute `lfsfetch-large` says it for the paths that it is given to, `-lfsfetch-large` that they may have any
/// size; for all others git's configuration variable `lfsfetch.largeFileSize` does.
package struct LargeFileLimit: Sendable, Equatable {
  package static let attribute = "lfsfetch-large"
  package static let variable = "lfsfetch.largeFileSize"

  package let bytes: Int64
  /// As it was written.
  package let text: String

  package init?(_ text: String) {
    var digits = text[...]
    var shift: Int64 = 0
    if let unit = digits.last?.lowercased(), let power: Int64 = ["k": 10, "m": 20, "g": 30][unit] {
      shift = power
      digits = digits.dropLast()
    }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int64(digits), number <= Int64.max >> shift
    else { return nil }
    bytes = number << shift
    self.text = text
  }

  package func allows(_ size: Int64) -> Bool { bytes == 0 || size <= bytes }
}

extension LFSSettings {
  /// nil where nothing is configured.
  func largeFileLimit() throws(FetchError) -> LargeFileLimit? {
    guard let text = config.string(LargeFileLimit.variable) else { return nil }
    guard let limit = LargeFileLimit(text) else {
      throw .noSize(text, "git's configuration variable `\(LargeFileLimit.variable)`")
    }
    return limit
  }
}

extension FetchError {
  static func noSize(_ text: String, _ what: String) -> FetchError {
    FetchError(
      .usage, "\(what) is no size: `\(text.escapingControls)`", hint: "write a number of bytes, such as 500k or 10m")
  }
}

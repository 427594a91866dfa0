import Files
import Git
import Text

/// Something in a folder of this machine that is no file which could be fetched, and why.
package struct LeftOut: Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case leadsNowhere, leadsInCircles, leadsToFolder
    /// A pipe, a socket or a device.
    case special
    case notUTF8
    /// What a path in a repository could not be.
    case unsafe(String)
    /// It has bytes, though the system says that it has none.
    case unknownSize
    /// A folder that may not be looked into.
    case closed(FileError)
  }

  /// As it would be called among the files; not always UTF-8.
  let path: [UInt8]
  let reason: Reason

  /// Whether there are bytes that will be missed; the others have none.
  var isContent: Bool {
    switch reason {
    case .notUTF8, .unsafe, .unknownSize, .closed: true
    case .leadsNowhere, .leadsInCircles, .leadsToFolder, .special: false
    }
  }

  var cause: String {
    switch reason {
    case .leadsNowhere: "it is a link that leads nowhere"
    case .leadsInCircles: "it is a link that leads back to itself"
    case .leadsToFolder: "it is a link to a folder, and those are not followed"
    case .special: "it is a pipe, a socket or a device"
    case .notUTF8: "its name is not UTF-8"
    case .unsafe(let objection): "no file in a model can be called so: \(objection)"
    case .unknownSize:
      "it has a content, but the system says that it has no bytes, as of files that are made while they are read"
    case .closed: "it may not be looked into"
    }
  }

  var hint: String? {
    switch reason {
    case .notUTF8, .unsafe: "rename it, or leave it out with `--exclude`"
    case .unknownSize: "copy it to a file of its own, as with `cat`, and name that"
    case .leadsNowhere, .leadsInCircles, .leadsToFolder, .special: "name a file"
    case .closed: nil
    }
  }

  /// What is in a closed folder may have any name.
  private var someName: [UInt8] { if case .closed = reason { path + Array("/?".utf8) } else { path } }

  /// Whether it is asked for.
  func isWanted(by selection: Selection) -> Bool { selection.contains(someName) }

  /// Whether the user should know of it. What a glob would find in a closed folder, nobody knows.
  func isTold(to selection: Selection) -> Bool {
    guard case .closed = reason else { return isWanted(by: selection) }
    return !selection.exclude.contains { $0.matches(someName) }
  }

  /// For messages.
  var name: String { String(decoding: path, as: UTF8.self).escapingControls }
}

extension Wanted {
  /// What is asked for must not be missed in silence: an error where it has bytes, or was named by itself.
  func refuseMissing(of listing: Listing) throws(FetchError) {
    let missed =
      listing.leftOut.first { $0.isContent && $0.isWanted(by: selection) }
      ?? selection.required.lazy
      .filter { glob in !listing.files.contains { glob.matches($0.path.bytes) } }
      .compactMap { glob in listing.leftOut.first { glob.matches($0.path) } }.first
    guard let missed else { return }
    let what = "cannot take `\(missed.name)` of \(place)"
    if case .closed(let error) = missed.reason { throw FetchError(reading: error, doing: what) }
    throw FetchError(missed.isContent ? .usage : .notFound, what, causes: [missed.cause], hint: missed.hint)
  }

  /// What is left out of the files that were asked for, in words for the user.
  func warnings(of listing: Listing) -> [String] {
    let all = listing.leftOut.filter { $0.isTold(to: selection) }
    let shown = all.prefix(all.count == Self.mostWarnings + 1 ? all.count : Self.mostWarnings)
    return shown.map { "`\($0.name)` of \(place) is left out: \($0.cause)" }
      + (shown.count < all.count ? ["\(all.count - shown.count) more of \(place) are left out for such reasons"] : [])
  }

  private static var mostWarnings: Int { 10 }
}

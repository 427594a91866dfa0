import Files
import HTTP
import Text

/// One state of a file that cannot be named by its SHA-256 yet: because nobody knows that before the file is here, or
/// because the file's length is not known. What comes is hashed all the same, and its hash is learnt.
package struct FirstUse: Hashable, Sendable {
  /// nil where the host does not tell.
  package let size: Int64?
  /// What tells this state of the file from another; nil where nothing does.
  package let validator: String?
  /// What the SHA-256 must turn out to be, where that is known.
  package let promised: SHA256Digest?
  /// On this machine, where a file may be changed by whoever may.
  package let isLocal: Bool
  /// Stands for the SHA-256 until that is known: it names the download that is not finished, and the memory of what was
  /// learnt. Another state of the file has another.
  package let key: SHA256Digest

  init(of url: HTTPURL, _ facts: FileFacts, promised: SHA256Digest? = nil) {
    self.init(place: url.string, facts.size, facts.validator, promised, isLocal: false)
  }

  package init(ofFile path: String, _ status: FileStatus) {
    let validator = "\(status.device) \(status.inode) \(status.modified) \(status.changed)"
    self.init(place: path, status.size, validator, nil, isLocal: true)
  }

  private init(
    place: String, _ size: Int64?, _ validator: String?, _ promised: SHA256Digest?, isLocal: Bool
  ) {
    (self.size, self.validator, self.promised, self.isLocal) = (size, validator, promised, isLocal)
    let facts = [place, size.map { "\($0)" } ?? "", validator ?? ""]
    key = promised ?? SHA256.hash(Array(facts.joined(separator: "\n").utf8))
  }

  /// Whether parts that came at different times fit onto each other.
  var isResumable: Bool { validator != nil && size != nil && promised == nil }

  /// Whether what is learnt is believed because nothing else is known: a later change is an error then.
  var isTrust: Bool { promised == nil && !isLocal }

  /// Throws unless the answer is of this very state of the file, and its end can be told.
  func check(_ response: HTTPResponse) throws(TransferFault) {
    let total =
      response.status == 206
      ? response.headers["Content-Range"].flatMap(ContentRange.init)?.total
      : response.headers["Content-Length"].flatMap { Int64($0) }
    guard response.validator == validator, size == nil || total == nil || total == size else {
      throw .changed(host: response.url.origin.name)
    }
    // Without a length, only these tell an end from a connection that broke off; else the hash does.
    guard size != nil || total != nil || promised != nil || response.isMultiplexed || response.isChunked else {
      throw .endless(host: response.url.origin.name)
    }
  }
}

extension FirstUse {
  /// The same of a file of this machine.
  func check(_ status: FileStatus) throws(TransferFault) {
    guard status.size == size, FirstUse(ofFile: "", status).validator == validator else {
      throw .changed(host: "this machine")
    }
  }
}

extension HTTPResponse {
  fileprivate var isChunked: Bool { headers["Transfer-Encoding"]?.inLowerCase.ends(with: "chunked") ?? false }
}

/// What was learnt of a file.
package struct Learned: Sendable, Equatable {
  package let digest: SHA256Digest
  package let size: Int64

  package init(digest: SHA256Digest, size: Int64) { (self.digest, self.size) = (digest, size) }
}

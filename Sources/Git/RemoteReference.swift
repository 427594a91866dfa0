import Text

/// One name that a repository gives to an object.
package struct RemoteReference: Sendable, Equatable {
  /// `HEAD` or a full name such as `refs/heads/main`.
  package let name: String
  package let id: ObjectID
  /// What an annotated tag names in the end.
  package var peeled: ObjectID?
  /// The name that a symbolic reference stands for.
  package var target: String?

  package init(name: String, id: ObjectID, peeled: ObjectID? = nil, target: String? = nil) {
    (self.name, self.id, self.peeled, self.target) = (name, id, peeled, target)
  }

  package static func == (left: RemoteReference, right: RemoteReference) -> Bool {
    left.name.isSame(as: right.name) && left.id == right.id && left.peeled == right.peeled
      && left.target.map { ExactText($0) } == right.target.map { ExactText($0) }
  }

  /// The commit, when the name leads to one at all.
  package var commit: ObjectID { peeled ?? id }

  /// Git's own rules for names (git-check-ref-format): what breaks them is not looked at further, whoever sent it.
  package static func isValidName(_ name: some StringProtocol) -> Bool {
    let bytes = Array(name.utf8)
    guard !bytes.isEmpty, bytes.count <= 1024, bytes.last != UInt8(ascii: "."), !name.utf8.elementsEqual("@".utf8)
    else { return false }
    let forbidden = Set("~^:?*[\\ ".utf8)
    guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f || forbidden.contains($0) }) else { return false }
    guard !String(name).has(".."), !String(name).has("@{") else { return false }
    return bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && $0.first != UInt8(ascii: ".") && !$0.suffix(5).elementsEqual(".lock".utf8)
    }
  }
}

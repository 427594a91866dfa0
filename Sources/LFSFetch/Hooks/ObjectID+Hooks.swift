import Git

extension ObjectID {
  /// An object as git names it to its hooks, where zeros stand for nothing.
  init?(toldToHook word: String) {
    guard word.contains(where: { $0 != "0" }) else { return nil }
    self.init(hex: word)
  }
}

import Synchronization

/// The time in which the terminal belongs to a question: nothing is drawn meanwhile.
final class Interlude: Sendable {
  private struct State {
    var isOpen = false
    var erase: (@Sendable () -> String)?
  }

  private let state = Mutex(State())

  /// `erase` gives the characters that take away what is drawn.
  func whenOpened(_ erase: @escaping @Sendable () -> String) {
    state.withLock { $0.erase = erase }
  }

  var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Returns the characters to be written before the question.
  func open() -> String {
    state.withLock { state in
      state.isOpen = true
      return state.erase
    }?() ?? ""
  }

  func close() {
    state.withLock { $0.isOpen = false }
  }
}

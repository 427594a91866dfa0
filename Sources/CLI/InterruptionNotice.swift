import Synchronization

/// What is said when the user interrupts; a command that can go on from where it was says so.
final class InterruptionNotice: Sendable {
  private let text = Mutex<(@Sendable () -> String)?>({ "interrupted\n" })

  /// `text` is asked for when the moment has come, on any thread.
  func set(_ text: @escaping @Sendable () -> String) {
    self.text.withLock { $0 = text }
  }

  /// The text, once: whoever comes second has nothing to say.
  func take() -> String? {
    text.withLock { text in
      defer { text = nil }
      return text
    }?()
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Switches off that a terminal shows what is typed, and on again, however the program ends.
final class TerminalEcho: Sendable {
  private let descriptor: Int32
  private let before = Mutex<termios?>(nil)

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether it could be switched off. The keys that stop a program or end it with a dump do nothing meanwhile: the
  /// terminal would stay as it is now.
  func switchOff() -> Bool {
    before.withLock { before in
      var settings = termios()
      guard before == nil, tcgetattr(descriptor, &settings) == 0 else { return false }
      let present = settings
      settings.c_lflag &= ~tcflag_t(ECHO)
      withUnsafeMutableBytes(of: &settings.c_cc) { keys in
        for key in [VQUIT, VSUSP] { keys[Int(key)] = Self.noKey }
      }
      guard tcsetattr(descriptor, TCSAFLUSH, &settings) == 0 else { return false }
      before = present
      return true
    }
  }

  /// As it was; fine when nothing was switched off.
  func restore() {
    before.withLock { before in
      guard var settings = before else { return }
      tcsetattr(descriptor, TCSAFLUSH, &settings)
      before = nil
    }
  }

  /// `_POSIX_VDISABLE`.
  #if canImport(Glibc)
    private static let noKey: UInt8 = 0
  #else
    private static let noKey: UInt8 = 0xff
  #endif
}

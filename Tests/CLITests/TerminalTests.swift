import Foundation
import Testing

@testable import CLI

struct TerminalTests {
  @Test(arguments: [("100", 100), ("0", 80), ("wide", 80), (nil, 80)] as [(String?, Int)])
  func offATerminalTheEnvironmentTellsTheWidth(variable: String?, columns: Int) {
    let pipe = Pipe()
    let terminal = Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor) { name in
      name == "COLUMNS" ? variable : nil
    }
    #expect(terminal.size == Terminal.Size(columns: columns, rows: 24))
    #expect(!terminal.isInteractive)
    #expect(!terminal.hasColour)
  }

  #if os(Linux)
    /// The numbers are TIOCSPTLCK and TIOCGPTN, macros that Swift cannot import.
    @Test(
      arguments: [
        ([:], true, true), (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
        (["TERM": "dumb"], false, false),
      ] as [([String: String], Bool, Bool)])
    func aTerminalIsAskedAndTheEnvironmentObeyed(environment: [String: String], interactive: Bool, colour: Bool)
      throws
    {
      let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      defer { close(controller) }
      var lock: Int32 = 0
      var number: UInt32 = 0
      try #require(ioctl(controller, 0x4004_5431, &lock) == 0)
      try #require(ioctl(controller, 0x8004_5430, &number) == 0)
      let descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      defer { close(descriptor) }
      var window = winsize(ws_row: 10, ws_col: 33, ws_xpixel: 0, ws_ypixel: 0)
      #expect(ioctl(descriptor, UInt(TIOCSWINSZ), &window) == 0)

      let terminal = Terminal(descriptor: descriptor) { environment[$0] }
      #expect(terminal.size == Terminal.Size(columns: 33, rows: 10))
      #expect(terminal.isInteractive == interactive)
      #expect(terminal.hasColour == colour)
    }
  #endif
}

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a descriptor that may be a terminal can show.
struct Terminal: Sendable {
  let descriptor: Int32
  /// False off a terminal, and for `TERM=dumb`, which cannot move its cursor.
  let isInteractive: Bool
  let hasColour: Bool
  private let columnsVariable: Int?

  struct Size: Sendable, Equatable {
    var columns: Int
    var rows: Int
  }

  init(descriptor: Int32, environment: (String) -> String? = Self.environmentVariable) {
    self.descriptor = descriptor
    isInteractive = isatty(descriptor) == 1 && environment("TERM") != "dumb"
    // https://no-color.org: any value but the empty one.
    hasColour = isInteractive && (environment("NO_COLOR") ?? "").isEmpty
    columnsVariable = environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// Asked anew each time, because windows change; 80 by 24 where nothing is known.
  var size: Size {
    var window = winsize()
    let known = ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0
    let columns = known && window.ws_col > 0 ? Int(window.ws_col) : columnsVariable ?? 80
    let rows = known && window.ws_row > 0 ? Int(window.ws_row) : 24
    return Size(columns: columns, rows: rows)
  }

  static func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

import Text

/// Puts a `ProgressState` into lines of a given width: a line an object and a total.
///
/// When there is little room, fields go rather than lines wrap: first the bar, then the byte counts, then the speed;
/// the percentage goes last.
struct ProgressLines {
  let state: ProgressState
  let time: Duration
  /// What the cursor may stand behind; the last column stays free, because some terminals wrap when it is written.
  private let width: Int
  private let maximalObjects: Int

  init(_ state: ProgressState, at time: Duration, size: Terminal.Size) {
    self.state = state
    self.time = time
    width = max(0, size.columns - 1)
    // Room for the total, the line of those not shown, and the line the user typed.
    maximalObjects = max(0, min(size.rows - 3, 16))
  }

  var lines: [String] {
    guard state.plannedBytes != nil else { return resolvingLines }
    let objects = state.activeObjects
    var lines = objects.prefix(maximalObjects).map(line)
    if objects.count > maximalObjects, maximalObjects > 0 {
      lines.append(DisplayText.shortened("… and \(objects.count - maximalObjects) more", to: width))
    }
    return lines + [totalLine]
  }

  private var resolvingLines: [String] {
    guard let first = state.resolving.first else { return [] }
    let others = state.resolving.count > 1 ? " and \(state.resolving.count - 1) more" : ""
    let text = "asking \(first.source.escapingControls)\(others)"
    return [DisplayText.shortened(text, to: width)]
  }

  private func line(_ object: ProgressState.Object) -> String {
    let percent = Self.percent(object.percent)
    let bytes = Self.bytes(object.received, of: object.bytes)
    let name = object.name.escapingControls
    let nameColumns = DisplayText.columns(name)
    let candidates = [
      "  \(Self.bar(object.percent))  \(bytes)  \(percent)",
      "  \(bytes)  \(percent)",
      "  \(percent)",
    ]
    // A name is worth more than a bar, but not the whole line.
    let right = candidates.first { width - $0.count >= min(nameColumns, 28) } ?? candidates[2]
    let room = width - right.count
    guard room >= 4 else {
      return DisplayText.padded(DisplayText.shortened(percent, to: width), to: width, alignedRight: true)
    }
    return DisplayText.padded(DisplayText.shortened(name, to: room), to: room) + right
  }

  private var totalLine: String {
    let percent = Self.percent(state.percent ?? 0)
    let bytes = Self.bytes(state.doneBytes, of: state.plannedBytes ?? 0)
    let speed = state.speed(at: time).map(Quantity.speed) ?? "– B/s"
    let left = state.secondsLeft(at: time).map { Quantity.clock(seconds: $0) } ?? "–"
    let candidates = [
      ("total", "  \(speed)  \(left) left  \(bytes)  \(percent)"),
      ("", "\(speed)  \(left) left  \(bytes)  \(percent)"),
      ("", "\(speed)  \(left) left  \(percent)"),
      ("", "\(speed)  \(percent)"),
      ("", percent),
    ]
    let (name, right) = candidates.first { $0.0.count + $0.1.count <= width } ?? ("", "")
    return DisplayText.padded(name, to: width - right.count) + right
  }

  /// Twenty columns between brackets.
  private static func bar(_ percent: Int) -> String {
    let full = percent / 5
    return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: 20 - full) + "]"
  }

  private static func percent(_ percent: Int) -> String {
    DisplayText.padded("\(percent)%", to: 4, alignedRight: true)
  }

  /// As wide as `999.9 MB of 999.9 MB`, so that it does not jump.
  private static func bytes(_ done: Int64, of whole: Int64) -> String {
    DisplayText.padded("\(Quantity.bytes(done)) of \(Quantity.bytes(whole))", to: 20, alignedRight: true)
  }
}

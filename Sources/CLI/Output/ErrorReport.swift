import LFSFetch
import Text

/// The one place where an error is put into words for a person.
///
///     error: cannot download `model.safetensors` from `org/model`
///       caused by: huggingface.co answered 401 Unauthorized
///     hint: set `HF_TOKEN`
struct ErrorReport {
  let error: FetchError

  init(_ error: FetchError) {
    self.error = error
  }

  /// As a warning it is about something that stops nobody.
  func text(colour: Bool, isWarning: Bool = false) -> String {
    let label = isWarning ? Self.label("warning:", .yellow, colour) : Self.label("error:", .red, colour)
    var lines = [label + " " + error.message.escapingControls]
    lines += error.causes.map { "  caused by: " + $0.escapingControls }
    if let hint = error.hint {
      lines.append(Self.label("hint:", .cyan, colour) + " " + hint.escapingControls)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func warning(_ message: String, colour: Bool) -> String {
    label("warning:", .yellow, colour) + " " + message.escapingControls + "\n"
  }

  /// What the user should know of an event, whatever shows the rest; nil for most.
  static func remark(on event: ProgressEvent, colour: Bool) -> String? {
    switch event {
    case .warning(let message): warning(message, colour: colour)
    case .layerFetched(let source, let revision):
      note("fetched the registry `\(source)`, \(revision)", colour: colour)
    case .variantChosen(let model, let variant, let reason):
      note("took `\(model):\(variant)`: \(reason)", colour: colour)
    default: nil
    }
  }

  private static func note(_ message: String, colour: Bool) -> String {
    label("note:", .cyan, colour) + " " + message.escapingControls + "\n"
  }

  private enum Colour: Int {
    case red = 31
    case yellow = 33
    case cyan = 36
  }

  private static func label(_ text: String, _ colour: Colour, _ isColoured: Bool) -> String {
    isColoured ? "\u{1B}[1;\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}

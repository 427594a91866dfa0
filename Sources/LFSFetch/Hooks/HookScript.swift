import BuiltInHooks
import Text

/// The text of a hook's script as it is installed: the one of the folder `hooks`, or, where another hook was there
/// before, one that runs that first.
///
/// The former hook gets the same arguments and the same standard input. When it fails, what git was about to do is not
/// done, or, where git has done it already, lfsfetch does its part all the same and the failure is passed on.
struct HookScript: Equatable, Sendable {
  let name: HookName
  /// How a shell is to run lfsfetch.
  let program: String
  let former: Former?

  /// Where the hook is kept that was there before.
  enum Former: CaseIterable, Sendable {
    /// In a folder beside it, under its own name: many hooks look at `$0` to find out which they are.
    case inFolder
    /// Beside it, under another name, as earlier versions of lfsfetch kept it.
    case besideIt

    /// The path, as seen from the folder of the hooks.
    func path(of name: HookName) -> String {
      switch self {
      case .inFolder: "\(Self.folder)/\(name.rawValue)"
      case .besideIt: name.rawValue + ".before-lfsfetch"
      }
    }

    static let folder = "before-lfsfetch"
  }

  var text: String {
    let lines = Self.builtIn(name).replacing("lfsfetch >/dev/null", with: "\(program) >/dev/null")
      .replacing("; lfsfetch hook ", with: "; \(program) hook ").split(separator: "\n").map(String.init)
    guard let place = former else { return lines.joined(separator: "\n") + "\n" }
    let former =
      switch place {
      case .inFolder: "\"${0%/*}/\(place.path(of: name))\""
      case .besideIt: "\"$0.before-lfsfetch\""
      }
    let pipe = name.readsStandardInput ? "printf %s \"$input\" 2>/dev/null | " : ""
    var all = ["# The hook that was here before runs first; `lfsfetch hooks uninstall` puts it back."]
    if name.readsStandardInput { all.append("input=$(cat; echo .); input=${input%.}") }
    if name.canRefuse {
      all += ["[ ! -x \(former) ] || \(pipe)\(former) \"$@\" || exit", "\(pipe)(\(lines[1]))"]
    } else {
      all += ["former=0; [ ! -x \(former) ] || \(pipe)\(former) \"$@\" || former=$?"]
      all += ["\(pipe)(\(lines[1])) || exit", "exit $former"]
    }
    return ([lines[0]] + all).joined(separator: "\n") + "\n"
  }

  private static func builtIn(_ name: HookName) -> String {
    String(decoding: BuiltInHooks.script(name.rawValue) ?? [], as: UTF8.self)
  }

  init(_ name: HookName, program: String, former: Former?) {
    (self.name, self.program, self.former) = (name, program, former)
  }

  /// The script that has this text; nil for every other text, and for one that somebody has changed.
  init?(_ text: String, of name: HookName) {
    guard let start = text.firstRange(of: "command -v ")?.upperBound,
      let end = text[start...].firstRange(of: " >/dev/null")?.lowerBound
    else { return nil }
    for former in [nil] + Former.allCases {
      let script = HookScript(name, program: String(text[start..<end]), former: former)
      if script.text.isSame(as: text) {
        self = script
        return
      }
    }
    return nil
  }

  /// Whether another hook, of the user's own, runs lfsfetch.
  static func isCalled(by text: String, _ name: HookName) -> Bool {
    text.words(at: "\n").contains { line in
      !line.trimmed.begins(with: "#") && line.has("lfsfetch hook \(name.rawValue)")
    }
  }
}

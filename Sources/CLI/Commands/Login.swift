import LFSFetch

/// `lfsfetch login HOST`: keeps a token for a host.
enum Login {
  static let specification = CommandSpecification(
    name: "login",
    summary: "Keep a token for a host",
    description: [
      "Asks for a token on the terminal, without showing it, and keeps it in a file that only you can read: "
        + "`$XDG_CONFIG_HOME/lfsfetch/tokens.json`, else `~/.config/lfsfetch/tokens.json`. From then on it is sent to "
        + "HOST, and to no other. The host is not asked whether it is right; when it is not, the first command that "
        + "uses it says so.",
      "HOST is `example.com`, `example.com:8443` or a URL without a path; https where no scheme is named. With "
        + "`USER@HOST` the token is the password of that user, for hosts that want a name.",
    ],
    operand: .init(placeholder: "HOST", count: .one, candidates: .none),
    options: [.withToken],
    examples: [
      .init(line: "lfsfetch login huggingface.co", meaning: "Ask for the token."),
      .init(
        line: "lfsfetch login --with-token git.example.com <token.txt", meaning: "Take it from a file, as in scripts."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let text = arguments.operands[0]
    let (origin, username) = try TokenFile.host(text)
    let file = TokenFile(environment: Terminal.environmentVariable)
    // What cannot be changed is said before a secret is asked for.
    _ = try file.entries()
    let token = try token(for: origin.description, arguments, console)
    try file.keep(token, username: username, for: origin)
    console.errors.writeLine("the token for \(origin.name) is kept in `\(file.path)`")
    return .done
  }

  private static func token(
    for host: String, _ arguments: Arguments, _ console: Console
  ) throws(FetchError) -> String {
    let given: String?
    if arguments.has(.withToken) {
      let lines = StandardInput.lines().map(\.trimmingBlanks).filter { !$0.isEmpty }
      guard lines.count <= 1 else {
        throw FetchError(
          .usage, "standard input has \(lines.count) lines, and a token is one; nothing is kept",
          hint: "give the token alone: `lfsfetch login --with-token HOST <FILE`")
      }
      given = lines.first
    } else if let questioner = Questioner.on(console) {
      given = questioner.token(for: host)
    } else {
      throw FetchError(
        .usage, "there is no terminal on which to ask for a token",
        hint: "give it on standard input: `lfsfetch login --with-token HOST <FILE`")
    }
    let token = (given ?? "").trimmingBlanks
    guard !token.isEmpty, !token.hasControls else { throw FetchError(.usage, "no token was given; nothing is kept") }
    return token
  }
}

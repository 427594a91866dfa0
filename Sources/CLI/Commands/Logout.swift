import LFSFetch

/// `lfsfetch logout HOST`: forgets the token of a host.
enum Logout {
  static let specification = CommandSpecification(
    name: "logout",
    summary: "Forget the token of a host",
    description: [
      "Removes what `lfsfetch login` has kept for HOST. Tokens that others keep stay: those of git's credential helpers, "
        + "of `~/.netrc` and of `huggingface-cli`."
    ],
    operand: .init(placeholder: "HOST", count: .one, candidates: .none),
    examples: [.init(line: "lfsfetch logout huggingface.co", meaning: "Forget its token.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let (origin, _) = try TokenFile.host(arguments.operands[0])
    let file = TokenFile(environment: Terminal.environmentVariable)
    guard try file.forget(origin) else {
      throw FetchError(
        .notFound, "no token is kept for \(origin.name)", hint: "`lfsfetch login` keeps its tokens in `\(file.path)`")
    }
    console.errors.writeLine("the token for \(origin.name) is forgotten")
    return .done
  }
}

import LFSFetch

/// `lfsfetch hook`: what the scripts in git's hooks folder run.
enum Hook {
  static let specification = CommandSpecification(
    name: "hook",
    summary: "Do the work of a git hook; the scripts that `lfsfetch hooks` installs run it",
    description: [
      "NAME is that of the hook, each ARG and standard input are what git gives to it. `post-checkout`, `post-merge` and "
        + "`post-rewrite` put the content of LFS files in place that git has just written as pointers, and never fail: "
        + "what they cannot fetch is named. `post-receive` fetches what was pushed.",
      "`pre-commit` refuses broken pointers, and files that are too large to be without LFS; with an ARG it looks at "
        + "these files, whether they are changed or not. `pre-push` asks the LFS server whether it has the content of "
        + "what is to be pushed, and refuses the push when it has not, or cannot be asked. The exit status is 1 when something is refused.",
    ],
    operand: .init(
      placeholder: "NAME", count: .one, candidates: .words(HookName.allCases.map(\.rawValue)), others: "ARG"),
    options: [.cache],
    examples: [.init(line: "lfsfetch hook pre-commit", meaning: "Check what is staged.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let words = Array(arguments.operands.dropFirst())
    // The parser takes no other names.
    switch HookName(rawValue: arguments.operands[0]) {
    case .postCheckout: return await Arriving.run(try .checkout(words), arguments, console)
    case .postMerge: return await Arriving.run(.merge(words), arguments, console)
    case .postRewrite: return await Arriving.run(.rewrite(words, StandardInput.lines()), arguments, console)
    case .preCommit: return try await PreCommit.run(words, arguments, console)
    case .prePush: return try await PrePush.run(words, arguments, console)
    case .postReceive: return await PostReceive.run(arguments, console)
    case nil: return .usage
    }
  }
}

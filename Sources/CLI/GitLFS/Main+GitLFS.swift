import LFSFetch

extension Main {
  /// Answers a command line under the name git-lfs, which gives its help also beside an error, and on stdout.
  static func answerAsGitLFS(to words: [String], _ console: Console) -> Never {
    let text = HelpText(width: console.outputTerminal.size.columns)
    func help(_ topic: GitLFSInvocation.Topic) -> String {
      switch topic {
      case .program: text.programOfGitLFS
      case .command(let specification): text.command(specification)
      }
    }
    switch GitLFSInvocation(words) {
    case .version:
      console.output.writeLine(Version.text)
      end(.done, console)
    case .nothing:
      console.output.write(Version.text + "\n" + help(.program))
      end(.done, console)
    case .help(let topic):
      console.output.write(help(topic))
      end(.done, console)
    case .unknownTopic(let error):
      console.report(error)
      console.output.write(help(.program))
      end(.done, console)
    case .mistake(let error, let topic):
      console.report(error)
      if let topic { console.output.write(help(topic)) }
      end(Ending(error, .gitLFS, command: nil), console)
    case .elsewhere(let error):
      console.report(error)
      end(Ending(.elsewhere, .gitLFS, command: words[0]), console)
    case .command(let command, let arguments):
      SignalLoop.run(console) { await ending(of: command, arguments, console) }
    }
  }
}

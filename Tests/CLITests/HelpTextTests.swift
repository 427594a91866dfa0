import Testing

@testable import CLI

struct HelpTextTests {
  @Test func theHelpOfACommandIsLaidOutInEightyColumns() {
    #expect(
      HelpText(width: 80).command(Verify.specification) == """
        Check what the cache holds

        Usage: lfsfetch verify [OPTION]… [NAME…]

        Reads the objects of the models, or of the whole cache when no NAME is given,
        and compares their SHA-256 with the one they are known by. A damaged object
        stands on stdout, and the exit status is then 6. Asks no host, except for
        `--repair`.

        Options:
              --repair         Fetch what is damaged again; of a large object only the
                               parts that are bad
              --registry FILE  Know the models of this registry, too: a file, an https
                               URL, or URL[@REV]:PATH of a git repository; may be given
                               many times
              --cache DIR      The cache folder; without it `$LFSFETCH_CACHE`, else
                               `$XDG_CACHE_HOME/lfsfetch`, else `~/.cache/lfsfetch`
              --json           Print JSON on stdout, one object a line
          -h, --help           Print this help

        Examples:
          lfsfetch verify fast
              Check the objects of one model.
          lfsfetch verify --repair
              Check everything, and mend what is damaged.

        """)
  }

  @Test func aNarrowTerminalGetsTheTextBeneathTheOptions() {
    let help = HelpText(width: 44).command(List.specification)
    #expect(
      help.contains(
        """
              --registry FILE
                Know the models of this registry,
                too: a file, an https URL, or
                URL[@REV]:PATH of a git repository;
                may be given many times
        """))
  }

  @Test(arguments: [40, 60, 80, 200])
  func noLineIsWiderThanTheTerminal(width: Int) {
    let help = HelpText(width: width)
    let texts =
      [help.program(Command.all.map(\.specification))] + Command.all.map { help.command($0.specification) }
    for line in texts.flatMap({ $0.split(separator: "\n") }) where !line.contains("lfsfetch") {
      #expect(line.count <= min(width, 80), "\(line)")
    }
  }

  @Test func theHelpOfAGroupListsItsCommands() throws {
    let group = try #require(CommandGroup.named("registry"))
    let help = HelpText(width: 80).group(group, Command.all.map(\.specification))
    #expect(
      help.hasPrefix("Change, check and search registries of models\n\nUsage: lfsfetch registry COMMAND [OPTION]…\n"))
    for name in ["add", "remove", "alias", "update", "validate", "show", "search"] {
      #expect(help.contains("\n  \(name) "))
    }
    // In the list of all commands a group is one line.
    let program = HelpText(width: 80).program(Command.all.map(\.specification))
    #expect(program.contains("\n  registry ") && !program.contains("registry add"))
  }

  @Test func theHelpOfTheProgramNamesEveryCommandAndStatus() {
    let help = HelpText(width: 80).program(Command.all.map(\.specification))
    for name in Command.names { #expect(help.contains("\n  \(name) ")) }
    for status in ExitStatus.allCases { #expect(help.contains("\n  \(status.rawValue) ")) }
  }
}

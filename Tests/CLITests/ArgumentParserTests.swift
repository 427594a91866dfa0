import LFSFetch
import Testing

@testable import CLI

/// The parser against a command of its own, so that no change of a real command touches these tests.
struct ArgumentParserTests {
  static let all = OptionSpecification(name: "all", kind: .flag, help: "")
  static let quiet = OptionSpecification(name: "quiet", short: "q", kind: .flag, help: "")
  static let jobs = OptionSpecification(name: "jobs", short: "j", kind: .number(placeholder: "N", 1...64), help: "")
  static let to = OptionSpecification(name: "to", kind: .folder(placeholder: "DIR"), help: "")
  static let include = OptionSpecification(
    name: "include", kind: .text(placeholder: "GLOB"), isRepeatable: true, help: "")
  static let link = OptionSpecification(
    name: "link", kind: .choice(placeholder: "KIND", ["copy", "hardlink"]), help: "")
  static let command = CommandSpecification(
    name: "try", summary: "Try", description: [],
    operand: .init(placeholder: "NAME", count: .oneOrMore, candidates: .models, standIn: all),
    options: [all, quiet, jobs, to, include, link])

  private func parse(_ words: [String], for command: CommandSpecification = command) throws -> Arguments {
    try ArgumentParser.parse(words, for: command)
  }

  @Test(arguments: [
    ["--to", "d", "a", "b"], ["--to=d", "a", "b"], ["a", "--to", "d", "b"], ["a", "b", "--to=d"],
    ["--to=d", "--", "a", "b"], ["a", "--to", "d", "--", "b"],
  ])
  func optionsMayStandAnywhere(words: [String]) throws {
    let arguments = try parse(words)
    #expect(arguments.value(of: Self.to) == "d")
    #expect(arguments.operands == ["a", "b"])
  }

  @Test func afterTwoDashesAllIsOperands() throws {
    #expect(try parse(["--", "--to", "-q", "--"]).operands == ["--to", "-q", "--"])
  }

  @Test func aSingleDashIsAnOperand() throws {
    #expect(try parse(["-"]).operands == ["-"])
  }

  @Test(arguments: [["-j4"], ["-j", "4"], ["-qj4"], ["-j=4"], ["-qj", "4"], ["--jobs=4"], ["--jobs", "4"]])
  func shortAndLongNamesAreTheSame(words: [String]) throws {
    #expect(try parse(["a"] + words).number(of: Self.jobs) == 4)
  }

  @Test func flagsAreSetOrNot() throws {
    #expect(try parse(["a", "-q", "--quiet"]).has(Self.quiet))
    #expect(try !parse(["a"]).has(Self.quiet))
  }

  @Test func repeatedOptionsKeepTheirOrder() throws {
    let arguments = try parse(["a", "--include", "*.bin", "--include=*.json"])
    #expect(arguments.values(of: Self.include) == ["*.bin", "*.json"])
  }

  @Test func anOptionMayTakeAllWordsUpToTheNextOption() throws {
    let only = OptionSpecification(
      name: "only", kind: .choice(placeholder: "WORD…", ["a", "b", "c"]), isRepeatable: true, takesSeveral: true,
      help: "")
    let command = CommandSpecification(
      name: "try", summary: "", description: [], operand: .init(placeholder: "NAME", count: .one, candidates: .none),
      options: [only, Self.quiet])
    for words in [
      ["do", "--only", "a", "b", "-q", "--only", "c"], ["--only", "a", "b", "c", "-q", "do"],
      ["--only=a", "do", "--only", "b", "c", "-q"], ["--only", "a", "b", "c", "--", "do"],
    ] {
      let arguments = try parse(words, for: command)
      #expect(arguments.values(of: only) == ["a", "b", "c"], "\(words)")
      #expect(arguments.operands == ["do"])
    }
    #expect(throws: FetchError.self) { try parse(["do", "--only", "a", "x"], for: command) }
  }

  @Test func anOperandMayBeFollowedByOthersThatAreNotChecked() throws {
    let command = CommandSpecification(
      name: "try", summary: "", description: [],
      operand: .init(placeholder: "NAME", count: .one, candidates: .words(["go"]), others: "ARG"))
    #expect(command.synopsis == "lfsfetch try NAME [ARG…]")
    #expect(try parse(["go", "x", "y", "--", "-z"], for: command).operands == ["go", "x", "y", "-z"])
    #expect(
      throws: FetchError(.usage, "`g` is no NAME; known are go", hint: "did you mean `go`?")
    ) { try parse(["g", "x"], for: command) }
  }

  @Test func aValueMayHoldEqualsSignsAndBeginWithADash() throws {
    #expect(try parse(["a", "--to=-x=y"]).value(of: Self.to) == "-x=y")
  }

  @Test func aFlagMayStandInForTheNames() throws {
    #expect(try parse(["--all"]).operands == [])
  }

  @Test func helpIsGivenWithoutNames() throws {
    #expect(try parse(["--help"]).has(.help))
  }

  static let faults: [(words: [String], message: String, hint: String)] = [
    (["a", "--inclued", "x"], "`lfsfetch try` has no option `--inclued`", "did you mean `--include`?"),
    (["a", "--zzz"], "`lfsfetch try` has no option `--zzz`", "`lfsfetch try --help` lists its options"),
    (["a", "-x"], "`lfsfetch try` has no option `-x`", "`lfsfetch try --help` lists its options"),
    (["a", "--quiet=1"], "`--quiet` takes no value", help),
    (["a", "--to"], "`--to` needs a DIR", help),
    (["a", "--to="], "`--to` needs a DIR", help),
    (["a", "--to", "--quiet"], "`--to` needs a DIR", "if `--quiet` is the DIR, write `--to=--quiet`"),
    (["a", "--to=x", "--to=y"], "`--to` is given twice", help),
    (["a", "--jobs", "many"], "`--jobs` takes a number from 1 to 64, not `many`", help),
    (["a", "--jobs=0"], "`--jobs` takes a number from 1 to 64, not `0`", help),
    (["a", "-j65"], "`--jobs` takes a number from 1 to 64, not `65`", help),
    (
      ["a", "--jobs=99999999999999999999"], "`--jobs` takes a number from 1 to 64, not `99999999999999999999`", help
    ),
    (["a", "--link=hadlink"], "`--link` takes one of copy, hardlink, not `hadlink`", "did you mean `hardlink`?"),
    ([], "`lfsfetch try` needs a NAME", help),
    (["a", ""], "operand 2 of `lfsfetch try` is empty", help),
    (["--all", "a"], "`--all` and a NAME exclude each other", help),
  ]
  static let help = "`lfsfetch try --help` tells how to use it"

  @Test(arguments: faults)
  func faultsAreUsageErrors(words: [String], message: String, hint: String) {
    let error = #expect(throws: FetchError.self) { try parse(words) }
    #expect([error?.code.rawValue, error?.message, error?.hint] == ["usage", message, hint])
  }

  @Test(arguments: [
    ([], "`lfsfetch try add` needs a NAME"), (["a"], "`lfsfetch try add` needs a URL"),
    (["a", "b", "c"], "`lfsfetch try add` takes one URL, but got 2"),
  ])
  func aWordMayStandBeforeTheOthers(words: [String], message: String) throws {
    let add = CommandSpecification(
      name: "try add", summary: "", description: [],
      operand: .init(leading: "NAME", placeholder: "URL", count: .one, candidates: .none))
    #expect(add.synopsis == "lfsfetch try add NAME URL")
    #expect(try parse(["a", "b"], for: add).operands == ["a", "b"])
    #expect(throws: FetchError(.usage, message, hint: "`lfsfetch try add --help` tells how to use it")) {
      try parse(words, for: add)
    }
  }

  @Test func operandsAreCountedAndKnown() {
    let shell = CommandSpecification(
      name: "sh", summary: "", description: [],
      operand: .init(placeholder: "SHELL", count: .one, candidates: .words(["bash", "zsh"])))
    let none = CommandSpecification(name: "no", summary: "", description: [])
    #expect(
      throws: FetchError(
        .usage, "`lfsfetch sh` takes one SHELL, but got 2", hint: "`lfsfetch sh --help` tells how to use it")
    ) {
      try parse(["bash", "zsh"], for: shell)
    }
    let optional = CommandSpecification(
      name: "up", summary: "", description: [],
      operand: .init(placeholder: "NAME", count: .zeroOrOne, candidates: .models))
    #expect(throws: Never.self) { try parse([], for: optional) }
    #expect(
      throws: FetchError(
        .usage, "`lfsfetch up` takes one NAME, but got 2", hint: "`lfsfetch up --help` tells how to use it")
    ) {
      try parse(["a", "b"], for: optional)
    }
    #expect(
      throws: FetchError(
        .usage, "`bahs` is no SHELL; known are bash, zsh", hint: "did you mean `bash`?")
    ) {
      try parse(["bahs"], for: shell)
    }
    #expect(
      throws: FetchError(
        .usage, "`lfsfetch no` takes no operand, but got `x`", hint: "`lfsfetch no --help` tells how to use it")
    ) {
      try parse(["x"], for: none)
    }
  }
}

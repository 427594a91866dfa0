import LFSFetch

/// `lfsfetch pointer`: makes, compares and checks pointers.
enum PointerOf {
  static let specification = CommandSpecification(
    name: "pointer",
    summary: "Make, compare or check a pointer",
    description: [
      "Prints the pointer that a repository would hold in place of FILE. With `--pointer` or `--stdin` it is compared "
        + "with another one, and the exit status is 1 when they differ.",
      "With `--check` nothing is printed: the exit status is 0 for a pointer, 1 for anything else, and with `--strict` "
        + "2 for a pointer that is not written in the canonical form.",
    ],
    options: [.pointerFile, .otherPointer, .standardInputPointer, .check, .strict, .noStrict],
    examples: [.init(line: "lfsfetch pointer --file=model.bin", meaning: "Print the pointer of a file.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    if arguments.has(.check) {
      guard let mistake = mistake(arguments) else { return try check(arguments, console) }
      // Thrown, it would end with the status of what is no pointer.
      console.report(mistake)
      return .usage
    }
    let file = arguments.value(of: .pointerFile)
    guard file != nil || arguments.has(.otherPointer) || arguments.has(.standardInputPointer) else {
      throw FetchError(.usage, "there is nothing to do", hint: "name a file: `--file FILE`").inGitLFS("Nothing to do!")
    }
    guard !arguments.has(.otherPointer) || !arguments.has(.standardInputPointer) else {
      throw FetchError(.usage, "`--pointer` and `--stdin` exclude each other")
        .inGitLFS("cannot read from STDIN and --pointer")
    }
    var built: String?
    if let file {
      let text = try Pointer.standing(for: file).text
      console.errors.write("Git LFS pointer for \(file)\n\n")
      console.output.write(text)
      built = text
    }
    guard arguments.has(.otherPointer) || arguments.has(.standardInputPointer) else { return .done }
    return try compare(built, arguments, console)
  }

  private static func compare(
    _ built: String?, _ arguments: Arguments, _ console: Console
  ) throws(FetchError) -> ExitStatus {
    let path = arguments.value(of: .otherPointer)
    let other = try Pointer.candidate(at: path)
    let name = Pointer.gitName(of: other)
    if let built { console.errors.write("\nGit blob OID: \(Pointer.gitName(of: Array(built.utf8)))\n\n") }
    console.errors.write("Pointer from \(path ?? "STDIN")\n\n")
    guard Pointer.judge(other).isPointer else {
      throw FetchError(.integrity, "`\(path ?? "standard input")` is not a pointer")
        .inGitLFS("Pointer file error: invalid header")
    }
    console.errors.write(String(decoding: other, as: UTF8.self))
    guard let built else { return .done }
    console.errors.write("\nGit blob OID: \(name)\n")
    guard Array(built.utf8) != other else { return .done }
    console.errors.write("\nPointers do not match\n")
    return .failed
  }

  /// What is wrong with the options of `--check`.
  private static func mistake(_ arguments: Arguments) -> FetchError? {
    let hasFile = arguments.has(.pointerFile)
    let error = FetchError(.usage, "with `--check` either `--file` or `--stdin` is needed")
    if arguments.has(.strict), arguments.has(.noStrict) {
      return FetchError(.usage, "`--strict` and `--no-strict` exclude each other")
        .inGitLFS("Cannot combine --strict with --no-strict")
    }
    if arguments.has(.otherPointer) { return error.inGitLFS("Cannot combine --check with --pointer") }
    if !hasFile, !arguments.has(.standardInputPointer) {
      return error.inGitLFS("Must specify either --file or --stdin with --compare")
    }
    guard hasFile, arguments.has(.standardInputPointer) else { return nil }
    return error.inGitLFS("With --check, --file cannot be combined with --stdin")
  }

  private static func check(_ arguments: Arguments, _ console: Console) throws(FetchError) -> ExitStatus {
    let candidate: [UInt8]
    do throws(FetchError) { candidate = try Pointer.candidate(at: arguments.value(of: .pointerFile)) } catch {
      guard console.program == .gitLFS else { throw error }
      console.report(error)
      return .usage
    }
    let verdict = Pointer.judge(candidate)
    guard verdict.isPointer else { return .failed }
    return arguments.has(.strict) && !verdict.isCanonical ? .usage : .done
  }
}

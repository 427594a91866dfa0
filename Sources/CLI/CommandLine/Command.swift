import LFSFetch
import Text

/// A command: its description, and what it does with the arguments once they are parsed.
struct Command: Sendable {
  let specification: CommandSpecification
  /// `async` because most commands wait for hosts or hashes; thrown is what stops the command as a whole.
  let run: @Sendable (Arguments, Console) async throws(FetchError) -> ExitStatus

  var name: String { specification.name }

  /// All commands, in the order of the help.
  static let all: [Command] = [
    Command(specification: Get.specification, run: Get.run),
    Command(specification: Clone.specification, run: Clone.run),
    Command(specification: Add.specification, run: Add.run),
    Command(specification: Drop.specification, run: Drop.run),
    Command(specification: Path.specification, run: Path.run),
    Command(specification: List.specification, run: List.run),
    Command(specification: Info.specification, run: Info.run),
    Command(specification: Verify.specification, run: Verify.run),
    Command(specification: Lock.specification, run: Lock.run),
    Command(specification: Update.specification, run: Update.run),
    Command(specification: RegistryAdd.specification, run: RegistryAdd.run),
    Command(specification: RegistryRemove.specification, run: RegistryRemove.run),
    Command(specification: RegistryAlias.specification, run: RegistryAlias.run),
    Command(specification: RegistryUpdate.specification, run: RegistryUpdate.run),
    Command(specification: RegistryValidate.specification, run: RegistryValidate.run),
    Command(specification: RegistryShow.specification, run: RegistryShow.run),
    Command(specification: RegistrySearch.specification, run: RegistrySearch.run),
    Command(specification: Login.specification, run: Login.run),
    Command(specification: Logout.specification, run: Logout.run),
    Command(specification: Install.specification, run: Install.run),
    Command(specification: Uninstall.specification, run: Uninstall.run),
    Command(specification: Hooks.specification, run: Hooks.run),
    Command(specification: Fetch.specification, run: Fetch.run),
    Command(specification: Pull.specification, run: Pull.run),
    Command(specification: Checkout.specification, run: Checkout.run),
    Command(specification: LSFiles.specification, run: LSFiles.run),
    Command(specification: RepositoryStatus.specification, run: RepositoryStatus.run),
    Command(specification: Track.specification, run: Track.run),
    Command(specification: Untrack.specification, run: Untrack.run),
    Command(specification: Fsck.specification, run: Fsck.run),
    Command(specification: Prune.specification, run: Prune.run),
    Command(specification: Environment.specification, run: Environment.run),
    Command(specification: Version.specification, run: Version.run),
    Command(specification: PointerOf.specification, run: PointerOf.run),
    Command(specification: Clean.specification, run: Clean.run),
    Command(specification: Smudge.specification, run: Smudge.run),
    Command(specification: Filter.specification, run: Filter.run),
    Command(specification: Hook.specification, run: Hook.run),
    Command(specification: Completions.specification, run: Completions.run),
  ]

  /// The words that may stand in the place of a command: `help` is answered by `Invocation`.
  static let names: [String] = CommandGroup.rows(all.map(\.specification)).map(\.name) + ["help"]

  /// `words` begin with the command's name, which is two words for one of a group; returns the words behind it, too.
  static func find(_ words: ArraySlice<String>) throws(FetchError) -> (command: Command, rest: ArraySlice<String>) {
    guard let first = words.first, let group = CommandGroup.named(first) else {
      return (try named(words.first ?? ""), words.dropFirst())
    }
    let rest = words.dropFirst()
    return (try group.command(named: rest.first), rest.dropFirst())
  }

  static func named(_ name: String) throws(FetchError) -> Command {
    if let command = all.first(where: { $0.name == name }) { return command }
    throw FetchError(
      .usage, "lfsfetch has no command `\(name)`",
      hint: NearestName.hint(for: name, among: names) ?? "`lfsfetch --help` lists the commands")
  }
}

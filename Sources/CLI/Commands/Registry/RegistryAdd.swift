import JSON
import LFSFetch
import Text

/// `lfsfetch registry add NAME URL[@REV][:GLOB]`: reads a repository and writes a model into a registry file.
enum RegistryAdd {
  static let specification = CommandSpecification(
    name: "registry add",
    summary: "Add a model of any repository to a registry",
    description: [
      "Reads the repository, or another source, at URL, and writes NAME into the registry file with the commit, the "
        + "files, and the hash and size of each LFS object; nothing of it is downloaded. Files of this machine are read "
        + "for their hash. Where nothing tells the hash of a file, a warning says so. `@REV` is the branch or tag that `registry update` will "
        + "follow; without it the default branch. `:GLOB` selects files; without it all.",
      "The file is the project's `lfsfetch.json` where there is one in the working directory or above it, else the "
        + "user's own. What else stands in it stays as it is, comments and order among it.",
    ],
    operand: .init(leading: "NAME", placeholder: "URL", count: .one, candidates: .none),
    options: [.registryToChange, .retries, .timeout, .cache, .json, .quiet],
    examples: [
      .init(
        line: "lfsfetch registry add kitchen 'https://example.com/demo/kitchen@main:weights/*.bin'",
        meaning: "From now on `lfsfetch get kitchen` fetches these files, of the commit that `main` is now.")
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let change = RegistryChanging(arguments, console)
    let request = try ModelRequest(arguments.operands[1])
    let result = try await change.fetcher().addModel(arguments.operands[0], request, to: change.file)
    if arguments.has(.json) { console.output.writeLine(RegistryChanging.line(result)) }
    change.say("added `\(result.model)` to `\(result.file)`: \(RegistryChanging.state(result))".escapingControls)
    return .done
  }
}

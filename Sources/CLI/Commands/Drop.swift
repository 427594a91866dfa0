import LFSFetch

/// `lfsfetch drop PATH…`: takes files out of the work tree of a clone.
enum Drop {
  static let specification = CommandSpecification(
    name: "drop",
    summary: "Take files out of the work tree of a clone",
    description: [
      "PATH is a file, a folder or a glob of the repository, as seen from the working directory. The files stay in the "
        + "repository, and `lfsfetch add` brings them back. A file that was changed stays where it is, and so does a "
        + "submodule that was cloned: it is named, and the exit status is then 1. Inside a submodule the command works "
        + "as well. In git's cone mode PATH is a folder, which is taken out of the cone."
    ],
    operand: .init(placeholder: "PATH", count: .oneOrMore, candidates: .paths),
    options: [.cache, .quiet],
    examples: [.init(line: "lfsfetch drop 'shards/*'", meaning: "Leave out the files of a folder.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var configuration = try FetcherConfiguration(arguments)
    configuration.usesStandardRegistries = false
    let narrowed = try await Fetcher(configuration).drop(arguments.operands)
    if !arguments.has(.quiet) {
      console.errors.writeLine("dropped \(narrowed.dropped) \(narrowed.dropped == 1 ? "file" : "files")")
    }
    let commit = narrowed.isCone ? "stage the change with `git add --sparse` and commit it" : "commit the change"
    for path in narrowed.kept {
      console.report(
        FetchError(
          .disk, "`\(path)` was changed and stays",
          hint: "\(commit), or take it back with `git restore`, and drop the file again"))
    }
    for path in narrowed.submodules {
      console.report(
        FetchError(
          .disk, "`\(path)` is a submodule and stays",
          causes: ["it is a repository of its own, in which there may be what is nowhere else"],
          hint: "`git submodule deinit` empties its folder; `lfsfetch drop` inside it takes out files of it"))
    }
    return narrowed.kept.isEmpty && narrowed.submodules.isEmpty ? .done : .failed
  }
}

import LFSFetch

/// `lfsfetch add PATH…`: puts more files into the work tree of a clone.
enum Add {
  static let specification = CommandSpecification(
    name: "add",
    summary: "Put more files into the work tree of a clone",
    description: [
      "PATH is a file, a folder or a glob of the repository, as seen from the working directory. Files that were left "
        + "out are fetched and put in place, and so is the content of LFS files that are pointers. What is there "
        + "already stays as it is; a file that is in the way is named, and nothing is done. In git's cone mode PATH is a "
        + "folder, which is added to the cone."
    ],
    operand: .init(placeholder: "PATH", count: .oneOrMore, candidates: .paths),
    options: [.jobs, .connections, .connectionsPerHost, .limitRate, .window, .retries, .timeout, .cache, .quiet],
    examples: [.init(line: "lfsfetch add weights/other.bin texts", meaning: "Take a file and a folder, too.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var configuration = try FetcherConfiguration(arguments).asking(on: console)
    // It is the clone that says what its files are.
    configuration.usesStandardRegistries = false
    return try await WorkingCopyRun(arguments, console).run(configuration) { fetcher throws(FetchError) in
      let count = try await fetcher.add(arguments.operands)
      return {
        if !arguments.has(.quiet) { console.errors.writeLine("added \(count) \(count == 1 ? "file" : "files")") }
      }
    }
  }
}

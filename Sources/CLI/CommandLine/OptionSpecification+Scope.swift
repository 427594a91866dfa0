/// The options that say which LFS files of a repository a command is about. Their names are git-lfs's.
extension OptionSpecification {
  static let lfsInclude = OptionSpecification(
    name: "include", short: "I", kind: .text(placeholder: "PATTERNS"), mayBeEmpty: true,
    help: "Only files that fit one of these patterns, separated by commas; in place of `lfs.fetchinclude`")
  static let lfsExclude = OptionSpecification(
    name: "exclude", short: "X", kind: .text(placeholder: "PATTERNS"), mayBeEmpty: true,
    help: "No files that fit one of these patterns, separated by commas; in place of `lfs.fetchexclude`")
  static let allHistory = OptionSpecification(
    name: "all", short: "a", kind: .flag,
    help: "Everything that any commit of the references has; without references of all of them")
  static let recent = OptionSpecification(
    name: "recent", short: "r", kind: .flag,
    help: "Also what changed recently, by `lfs.fetchrecentrefsdays` and its like")
  static let pruneAfterwards = OptionSpecification(
    name: "prune", short: "p", kind: .flag, help: "Afterwards do what `lfsfetch prune` does")
  static let lfsDryRun = OptionSpecification(
    name: "dry-run", kind: .flag, help: "Change nothing; print what would be done")
  static let scopeJSON = OptionSpecification(
    name: "json", kind: .flag, help: "Print one JSON object on stdout")
  static let statusJSON = OptionSpecification(name: "json", short: "j", kind: .flag, help: scopeJSON.help)
  static let standardInputReferences = OptionSpecification(
    name: "stdin", kind: .flag, help: "Read the references from standard input, one a line")
  static let toFile = OptionSpecification(
    name: "to", kind: .file(placeholder: "FILE"),
    help: "In a conflict: write one side of the one PATH into FILE")
  static let base = OptionSpecification(name: "base", kind: .flag, help: "With `--to`: what both sides began with")
  static let ours = OptionSpecification(name: "ours", kind: .flag, help: "With `--to`: what the current branch has")
  static let theirs = OptionSpecification(name: "theirs", kind: .flag, help: "With `--to`: what the other branch has")
}

/// The options of listings and checks.
extension OptionSpecification {
  static let long = OptionSpecification(
    name: "long", short: "l", kind: .flag, help: "Print the whole id of each object")
  static let size = OptionSpecification(
    name: "size", short: "s", kind: .flag, help: "Print the size of each object")
  static let nameOnly = OptionSpecification(
    name: "name-only", short: "n", kind: .flag, help: "Print only the paths")
  static let debug = OptionSpecification(
    name: "debug", short: "d", kind: .flag, help: "Print all that is known of each file")
  static let everyVersion = OptionSpecification(
    name: "all", short: "a", kind: .flag, help: "All versions that any commit of any reference has")
  static let deleted = OptionSpecification(
    name: "deleted", kind: .flag, help: "Also files that the history of REF has had; of each the last version")

  static let objects = OptionSpecification(
    name: "objects", kind: .flag, help: "Check only that objects are here and sound")
  static let pointers = OptionSpecification(
    name: "pointers", kind: .flag, help: "Check only that pointers are such")
  static let repairObjects = OptionSpecification(
    name: "repair", kind: .flag, help: "Fetch corrupt and missing objects again")
  static let checkOnly = OptionSpecification(
    name: "dry-run", short: "d", kind: .flag, help: "Change nothing; print what is found")

  static let pruneForce = OptionSpecification(
    name: "force", short: "f", kind: .flag, help: "Keep only what is not on the remote; not even what is checked out")
  static let pruneRecent = OptionSpecification(
    name: "recent", kind: .flag, help: "Remove also what is recent, by `lfs.fetchrecentrefsdays` and its like")
  static let verifyRemote = OptionSpecification(
    name: "verify-remote", short: "c", kind: .flag, help: "Ask the remote first whether it has what is to be removed")
  static let noVerifyRemote = OptionSpecification(
    name: "no-verify-remote", kind: .flag, help: "Do not ask, whatever `lfs.pruneverifyremotealways` says")
  static let verbose = OptionSpecification(
    name: "verbose", short: "v", kind: .flag, help: "Tell more")
  static let porcelain = OptionSpecification(
    name: "porcelain", short: "p", kind: .flag, help: "Print a short line a file, for programs")
}

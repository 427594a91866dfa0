/// The options that say which LFS files of a repository a command is about. Their names are git-lfs's.
extension OptionSpecification {
  static let lfsInclude = OptionSpecification(
    name: "include", short: "I", kind: .text(placeholder: "PATTERNS"), mayBeEmpty: true,
    help: "Only files that fit one of these patterns, separated by commas; in place of `lfs.fetchinclude`")
  static let lfsExclude = OptionSpecification(
    name: "exclude", short: "X", kind: .text(placeholder: "PATTERNS"), mayBeEmpty: true,
    help: "No files that fit one of these patterns, separated by commas; in place of `lfs.fetchexclude`")
  static let allHistory = OptionSpecification(
    name: "all", kind: .flag,
    help: "Everything that any commit of the references has; without references of all of them")
  static let recent = OptionSpecification(
    name: "recent", kind: .flag, help: "Also what changed recently, by `lfs.fetchrecentrefsdays` and its like")
  static let lfsDryRun = OptionSpecification(
    name: "dry-run", kind: .flag, help: "Change nothing; print what would be done")
  static let scopeJSON = OptionSpecification(
    name: "json", kind: .flag, help: "Print one JSON object on stdout")
  static let standardInputReferences = OptionSpecification(
    name: "stdin", kind: .flag, help: "Read the references from standard input, one a line")
  static let toFile = OptionSpecification(
    name: "to", kind: .file(placeholder: "FILE"),
    help: "In a conflict: write one side of the one PATH into FILE")
  static let base = OptionSpecification(name: "base", kind: .flag, help: "With `--to`: what both sides began with")
  static let ours = OptionSpecification(name: "ours", kind: .flag, help: "With `--to`: what the current branch has")
  static let theirs = OptionSpecification(name: "theirs", kind: .flag, help: "With `--to`: what the other branch has")
}

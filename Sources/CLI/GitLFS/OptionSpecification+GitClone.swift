/// The options of `git clone` that git-lfs's `clone` takes, too.
extension OptionSpecification {
  static let branch = OptionSpecification(
    name: "branch", short: "b", kind: .text(placeholder: "NAME"), help: "Check out this branch or tag")
  static let remoteName = OptionSpecification(
    name: "origin", short: "o", kind: .text(placeholder: "NAME"), help: "Call the repository so, instead of `origin`")
  static let historyDepth = OptionSpecification(
    name: "depth", kind: .number(placeholder: "N", 1...1_000_000_000),
    help: "Take the last N commits; of one branch, unless `--no-single-branch` is given")
  static let shallowSince = OptionSpecification(
    name: "shallow-since", kind: .text(placeholder: "DATE"), help: "Take the commits since then; as `--depth`")
  static let shallowExclude = OptionSpecification(
    name: "shallow-exclude", kind: .text(placeholder: "REVISION"), isRepeatable: true,
    help: "Leave out what this branch or tag has; as `--depth`")
  static let shared = OptionSpecification(
    name: "shared", short: "s", kind: .flag, help: "Look for git's objects in the repository on this machine")
  static let noHardlinks = OptionSpecification(
    name: "no-hardlinks", kind: .flag, help: "Copy git's objects of a repository on this machine")
  static let reference = OptionSpecification(
    name: "reference", kind: .folder(placeholder: "REPOSITORY"), isRepeatable: true,
    help: "Do not fetch what this repository on this machine has, but look for it there")
  static let referenceIfAble = OptionSpecification(
    name: "reference-if-able", kind: .folder(placeholder: "REPOSITORY"), isRepeatable: true,
    help: "As `--reference`, and go on without it where it is none")
  static let dissociate = OptionSpecification(
    name: "dissociate", kind: .flag, help: "Take over what `--reference` has, so that the clone can do without it")
  static let template = OptionSpecification(
    name: "template", kind: .folder(placeholder: "DIR"), mayBeEmpty: true,
    help: "Begin git's folder with the files of this one")
  static let singleBranch = OptionSpecification(
    name: "single-branch", kind: .flag, help: "Take no branch but the one that is checked out")
  static let noSingleBranch = OptionSpecification(
    name: "no-single-branch", kind: .flag, help: "Take all branches, also with `--depth`")
  static let noCheckout = OptionSpecification(
    name: "no-checkout", short: "n", kind: .flag, help: "Write no files, but fetch their LFS objects")
  static let plainBare = OptionSpecification(name: "bare", kind: .flag, help: "Make no work tree")
  static let mirror = OptionSpecification(
    name: "mirror", kind: .flag, help: "Make no work tree, and take every reference as it is")
  static let recursive = OptionSpecification(name: "recursive", kind: .flag, help: "As `--recurse-submodules`")
  static let shallowSubmodules = OptionSpecification(
    name: "shallow-submodules", kind: .flag, help: "Take one commit of each submodule")
  static let separateGitFolder = OptionSpecification(
    name: "separate-git-dir", kind: .folder(placeholder: "DIR"), help: "Put git's own folder there")
  static let uploadPack = OptionSpecification(
    name: "upload-pack", short: "u", kind: .text(placeholder: "COMMAND"),
    help: "Over ssh: call this on the host, instead of `git-upload-pack`")
  static let gitSetting = OptionSpecification(
    name: "config", short: "c", kind: .text(placeholder: "KEY=VALUE"), isRepeatable: true,
    help: "Put this into the clone's configuration; may be given many times")

  /// Those that make no difference to the clone that is made.
  static let cloneManners: [OptionSpecification] = [
    .init(name: "local", short: "l", kind: .flag, help: noDifference),
    .init(name: "no-shallow-submodules", kind: .flag, help: noDifference),
    .init(name: "progress", kind: .flag, help: noDifference),
    .init(name: "verbose", short: "v", kind: .flag, help: noDifference),
    .init(name: "jobs", short: "j", kind: .number(placeholder: "N", -1...1_000_000), help: noDifference),
  ]

  /// Those that are not done, which is said; the clone is a right one without them.
  static let unusedCloneOptions: [OptionSpecification] = [
    .init(name: "ipv4", kind: .flag, help: notUsed),
    .init(name: "ipv6", kind: .flag, help: notUsed),
  ]

  private static let noDifference = "Taken, and makes no difference"
  private static let notUsed = "Not done by lfsfetch, which says so and goes on"
}

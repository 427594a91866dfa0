import LFSFetch

/// The options of the commands that work in a git repository. Their names are git-lfs's.
extension OptionSpecification {
  static let pointerFile = OptionSpecification(
    name: "file", short: "f", kind: .file(placeholder: "FILE"), help: "Make the pointer of this file")
  static let otherPointer = OptionSpecification(
    name: "pointer", short: "p", kind: .file(placeholder: "FILE"), help: "Compare with the pointer in this file")
  static let standardInputPointer = OptionSpecification(
    name: "stdin", kind: .flag, help: "Read a pointer from standard input")
  static let check = OptionSpecification(
    name: "check", kind: .flag, help: "Only tell by the exit status whether it is a pointer")
  static let strict = OptionSpecification(
    name: "strict", kind: .flag, help: "With `--check`: a pointer that is not in its canonical form has exit status 2")
  static let noStrict = OptionSpecification(
    name: "no-strict", kind: .flag, help: "With `--check`: the canonical form is not asked for; this is the default")

  static let skip = OptionSpecification(
    name: "skip", short: "s", kind: .flag, help: "Leave all pointers as they are, download nothing")

  static let global = OptionSpecification(
    name: "global", kind: .flag, help: "Write into the user's configuration; this is the default")
  static let local = OptionSpecification(
    name: "local", short: "l", kind: .flag, help: "Write into the configuration of this repository")
  static let system = OptionSpecification(
    name: "system", kind: .flag, help: "Write into the configuration of the machine")
  static let worktree = OptionSpecification(
    name: "worktree", short: "w", kind: .flag, help: "Write into the configuration of this work tree")
  static let force = OptionSpecification(
    name: "force", short: "f", kind: .flag, help: "Overwrite what else stands there")
  static let skipSmudge = OptionSpecification(
    name: "skip-smudge", short: "s", kind: .flag,
    help: "Leave pointers in the work tree until `lfsfetch pull` is run")
  static let skipRepo = OptionSpecification(
    name: "skip-repo", kind: .flag, help: "Leave git-lfs's hooks alone, which belong to its name only"
  )
  static let asGitLFS = OptionSpecification(
    name: "as-git-lfs", kind: .flag, help: "Make a link `git-lfs` beside the program, so that `git lfs` runs lfsfetch")

  static let onlyHooks = OptionSpecification(
    name: "only", kind: .choice(placeholder: "NAME…", HookName.allCases.map(\.rawValue)), isRepeatable: true,
    takesSeveral: true, help: "Only these hooks; may be given many times")

  static let fileName = OptionSpecification(
    name: "filename", kind: .flag, help: "The PATTERNs are names, whose special characters mean nothing")
  static let lockable = OptionSpecification(
    name: "lockable", short: "l", kind: .flag,
    help: "Mark the files lockable, and make them read-only; lfsfetch itself locks nothing")
  static let notLockable = OptionSpecification(
    name: "not-lockable", kind: .flag, help: "Take the mark lockable away, and make the files writable")
  static let noModify = OptionSpecification(
    name: "no-modify-attrs", kind: .flag, help: "Only make git look again at the files, do not change `.gitattributes`")
  static let noExcluded = OptionSpecification(
    name: "no-excluded", kind: .flag, help: "Do not list patterns from which the filter is taken away")
  static let trackDryRun = OptionSpecification(
    name: "dry-run", short: "d", kind: .flag, help: "Change nothing; tell what would be done")
}

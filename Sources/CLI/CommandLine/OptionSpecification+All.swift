/// Every option that any command has, once.
extension OptionSpecification {
  static let help = OptionSpecification(
    name: "help", short: "h", kind: .flag, help: "Print this help")
  static let version = OptionSpecification(
    name: "version", kind: .flag, help: "Print the version")

  static let to = OptionSpecification(
    name: "to", kind: .folder(placeholder: "DIR"),
    help: "Put the files in the folder DIR, which is made when it is not there; without it they stay in the cache")
  static let link = OptionSpecification(
    name: "link", kind: .choice(placeholder: "KIND", ["reflink", "copy", "hardlink", "symlink"]),
    help: "How a file comes from the cache into DIR: `reflink`, `copy`, `hardlink` or `symlink`; without it a "
      + "reflink where the file system has them, else a copy")
  static let revision = OptionSpecification(
    name: "revision", kind: .text(placeholder: "REV"),
    help: "Take the files of this branch, tag or commit; holds for every NAME")
  static let include = OptionSpecification(
    name: "include", kind: .text(placeholder: "GLOB"), isRepeatable: true,
    help: "Take only the files whose path matches; holds for every NAME, may be given many times")
  static let exclude = OptionSpecification(
    name: "exclude", kind: .text(placeholder: "GLOB"), isRepeatable: true,
    help: "Leave out the files whose path matches; holds for every NAME, may be given many times")
  static let depth = OptionSpecification(
    name: "depth", kind: .number(placeholder: "N", 1...1_000_000_000),
    help: "Take the last N commits of each branch; without it 1")
  static let full = OptionSpecification(
    name: "full", kind: .flag, help: "Take the whole history")
  static let noLFS = OptionSpecification(
    name: "no-lfs", kind: .flag, help: "Leave LFS pointers in the work tree, download no objects")
  static let bare = OptionSpecification(
    name: "bare", kind: .flag, help: "Make no work tree: only git's own folder, with the objects of the files")
  static let recurseSubmodules = OptionSpecification(
    name: "recurse-submodules", kind: .flag, help: "Clone the submodules among the files, too, and theirs")
  static let cloneInclude = OptionSpecification(
    name: "include", kind: .text(placeholder: "GLOB"), isRepeatable: true,
    help: "Put only the files into the work tree whose path matches; may be given many times")
  static let cloneExclude = OptionSpecification(
    name: "exclude", kind: .text(placeholder: "GLOB"), isRepeatable: true,
    help: "Leave out the files whose path matches; may be given many times")
  static let all = OptionSpecification(
    name: "all", kind: .flag, help: "Fetch every model of the registry")
  static let jobs = OptionSpecification(
    name: "jobs", short: "j", kind: .number(placeholder: "N", 1...256),
    help: "How many objects are downloaded at once at most, 1 to 256; without it 128")
  static let connections = OptionSpecification(
    name: "connections", kind: .number(placeholder: "N", 1...256),
    help: "How many connections there are at most, to all hosts together, 1 to 256; without it 64")
  static let connectionsPerHost = OptionSpecification(
    name: "connections-per-host", kind: .number(placeholder: "N", 1...64),
    help: "How many connections there are to one host at most, 1 to 64; without it 32. As many of them are used as "
      + "make the download faster")
  static let limitRate = OptionSpecification(
    name: "limit-rate", kind: .text(placeholder: "RATE"),
    help: "Let in at most RATE bytes a second over all connections: `800k`, `10M`; the file `limit-rate` in the cache "
      + "changes it while a download runs")
  static let window = OptionSpecification(
    name: "window", kind: .text(placeholder: "HH:MM-HH:MM"),
    help: "Download only in these hours, such as `22:00-06:00`, and wait outside of them")
  static let retries = OptionSpecification(
    name: "retries", kind: .text(placeholder: "N"),
    help: "How often a request that failed is sent again, or `forever`; without it 4. A full disk is waited for ten "
      + "minutes, with 0 not at all, with `forever` as long as it takes")
  static let timeout = OptionSpecification(
    name: "timeout", kind: .number(placeholder: "SECONDS", 1...86_400),
    help: "How long a connection may bring next to nothing before it is replaced; without it 30")
  static let offline = OptionSpecification(
    name: "offline", kind: .flag, help: "Use only what is in the cache, ask no host")
  static let refresh = OptionSpecification(
    name: "refresh", kind: .flag,
    help: "Ask the host again where a branch points, even when the model is in the cache")
  static let dryRun = OptionSpecification(
    name: "dry-run", kind: .flag,
    help: "Download nothing; print what would be fetched, how many bytes, and the free space")
  static let registry = OptionSpecification(
    name: "registry", kind: .file(placeholder: "FILE"), isRepeatable: true,
    help: "Know the models of this registry, too: a file, an https URL, or URL[@REV]:PATH of a git repository; may be "
      + "given many times")
  static let registryToChange = OptionSpecification(
    name: "registry", kind: .file(placeholder: "FILE"),
    help: "The registry file to change; without it the project's `lfsfetch.json`, else the user's own")
  static let origin = OptionSpecification(
    name: "origin", kind: .flag, help: "Tell which registries have it, and where")
  static let withToken = OptionSpecification(
    name: "with-token", kind: .flag, help: "Read the token from standard input, its first line")
  static let cache = OptionSpecification(
    name: "cache", kind: .folder(placeholder: "DIR"),
    help: "The cache folder; without it `$LFSFETCH_CACHE`, else `$XDG_CACHE_HOME/lfsfetch`, else "
      + "`~/.cache/lfsfetch`")
  static let repair = OptionSpecification(
    name: "repair", kind: .flag,
    help: "Fetch what is damaged again; of a large object only the parts that are bad")
  static let json = OptionSpecification(
    name: "json", kind: .flag, help: "Print JSON on stdout, one object a line")
  static let quiet = OptionSpecification(
    name: "quiet", short: "q", kind: .flag, help: "Say nothing on stderr but errors")
}

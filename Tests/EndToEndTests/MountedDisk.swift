#if os(Linux)
  import Fixtures
  import Foundation
  import Testing

  /// A file system of a test's own, mounted where nobody else sees it. It is there while a script runs and goes with
  /// it, even when the script is killed.
  struct MountedDisk {
    enum Kind: Sendable {
      /// In memory, with these options of `mount`.
      case memory(String)
      /// One that takes `A` and `a` for the same name. It tells every name in lower case.
      case ignoringCase
      /// One whose files can share blocks.
      case sharingBlocks
    }

    let sandbox: Sandbox
    let kind: Kind
    /// Where it is mounted.
    let place: String
    private let environment: [String: String]

    /// `environment` is that of the script.
    init(_ kind: Kind, at place: String, in sandbox: Sandbox, environment: [String: String]? = nil) throws {
      (self.sandbox, self.kind, self.place) = (sandbox, kind, place)
      self.environment = environment ?? sandbox.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
      try sandbox.makeFolder(place)
    }

    /// Runs a script for bash in the working directory. `$disk` is the place, and `run NAME …` runs the program under
    /// test and leaves its status, output and errors in files of that name in the working directory, with `.out` and
    /// `.err` behind it. `note NAME …` does so for any program. `remount` makes the system forget what it knows of a disk
    /// that ignores case: it remembers each spelling of a name for itself, also of a file that is gone by another.
    func run(_ script: String, within limit: Duration = .seconds(180)) async throws {
      let text = """
        set -eu
        PATH=$PATH:/usr/sbin:/sbin
        disk='\(place)'
        work=$PWD
        \(mounting)
        remount() { cd /; umount $disk; until \(mountingAgain); do sleep 0.1; done; }
        note() { name=$work/$1; shift; status=0; "$@" >$name.out 2>$name.err || status=$?; echo $status >$name; }
        run() { name=$1; shift; note $name '\(Sandbox.program)' "$@"; }
        \(script)
        """
      let outcome = try await Launch(
        "/usr/bin/unshare", Self.isolation + ["bash", "-c", text], environment: environment, in: sandbox.work
      ).outcome(within: limit)
      try #require(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
    }

    private var image: String { "'\(sandbox.folder)/disk.img'" }
    private var mountingAgain: String { "lowntfs-3g -o ignore_case,permissions \(image) $disk >/dev/null 2>&1" }

    private var mounting: String {
      switch kind {
      case .memory(let options): "mount -t tmpfs -o \(options) tmpfs $disk"
      case .ignoringCase:
        "truncate -s 64M \(image); mkntfs -F -Q \(image) >/dev/null 2>&1; \(mountingAgain)"
      case .sharingBlocks: "truncate -s 400M \(image); mkfs.btrfs -q \(image) >/dev/null; mount -o loop \(image) $disk"
      }
    }

    /// Mounts and processes of its own; those end with the first.
    private static let isolation =
      (getuid() == 0 ? [] : ["-r"]) + ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]

    /// What `run` and `note` left: the status, `NAME.out` or `NAME.err`; or any file of the working directory.
    func text(_ name: String) -> String {
      let text = String(decoding: bytes(sandbox.work + "/" + name) ?? Data(), as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    func lines(_ name: String) -> [String] { text(name).split(separator: "\n").map(String.init) }

    // MARK: Whether there is such a one

    /// Containers may forbid it, and programs may be missing.
    static let hasMemory = isAvailable(.memory("size=1m"))
    static let canIgnoreCase = isAvailable(.ignoringCase)
    static let canShareBlocks = isAvailable(.sharingBlocks)
    static let reason: Comment = "this machine does not let its users mount such a file system"

    private static func isAvailable(_ kind: Kind) -> Bool {
      guard let sandbox = try? Sandbox(),
        let disk = try? MountedDisk(kind, at: sandbox.folder + "/disk", in: sandbox)
      else { return false }
      let script = "set -e; PATH=$PATH:/usr/sbin:/sbin; disk='\(disk.place)'; \(disk.mounting)"
      let probe = try? Launch(
        "/usr/bin/unshare", isolation + ["bash", "-c", script], environment: ProcessInfo.processInfo.environment,
        in: "/")
      return (try? probe?.blockingOutcome().status) == 0
    }
  }
#endif

import Foundation
import Testing

/// Disks that are full or closed, and readers that have gone.
@Suite struct DiskErrorTests {
  @Test func `a cache that is a file`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write("mine", to: "cache")
    let run = try await sandbox.run("get", model.url() + ":README.md")
    #expect(run.status == 7)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: cannot use the cache `\(sandbox.cache)`\n  caused by: "), "\(run.errors)")
    #expect(bytes(sandbox.cache) == Data("mine".utf8))
    #expect(try await model.requests().isEmpty)
  }

  @Test func `a target that is a file`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write("mine", to: "work/out")
    let run = try await sandbox.run("get", model.url() + ":README.md", "--to", "out")
    #expect(run.status == 7)
    #expect(run.errors.hasPrefix("error: cannot use the folder `"), "\(run.errors)")
    #expect(bytes(sandbox.work + "/out") == Data("mine".utf8))
  }

  @Test func `nobody reads standard output any more`() async throws {
    let sandbox = try Sandbox()
    // The reader is gone before the first word.
    let script = #"{ sleep 0.3; "$0" list; echo $? >status; } 2>errors | :; cat status errors"#
    let output = try await Tool.run(
      "bash", ["-c", script, Sandbox.program], in: sandbox.work, environment: ["LFSFETCH_CACHE": sandbox.cache])
    #expect(output == "141\n")
  }

  @Test func `standard descriptors that are closed do not become files that are written to`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let script = #"""
      "$0" get "$1" --to out >&- 2>errors || echo $? >status
      "$0" get "$1" --to more <&- >&- 2>&- || echo $? >>status
      "$0" verify; cat status errors
      """#
    let output = try await Tool.run(
      "bash", ["-c", script, Sandbox.program, model.url() + ":weights"], in: sandbox.work,
      environment: ["LFSFETCH_CACHE": sandbox.cache])
    #expect(output.hasPrefix("7\n7\n"), "\(output)")
    #expect(
      output.hasSuffix("error: cannot write to standard output\n  caused by: Bad file descriptor\n"), "\(output)")
    #expect(
      try await FileTree.of(sandbox.work + "/out") == FileTree.of(sandbox.work + "/more"))
    #expect(try await sha256(sandbox.work + "/more/weights/model.bin") == model.pointer("weights/model.bin").oid)
  }

  #if os(Linux)
    @Test func `standard output on a full disk`() async throws {
      let sandbox = try Sandbox()
      let run = try await sandbox.run("list", output: "/dev/full")
      #expect(run.status == 7)
      #expect(
        run.errors == "error: cannot write to standard output\n  caused by: No space left on device\n", "\(run.errors)")
    }

    /// Runs a script with a file system of its own at `cache`.
    private func withFileSystem(_ sandbox: Sandbox, options: String, _ script: String) async throws {
      try await MountedDisk(.memory(options), at: sandbox.cache, in: sandbox).run(script)
    }

    private func text(_ sandbox: Sandbox, _ name: String) -> String {
      String(decoding: bytes(sandbox.work + "/" + name) ?? Data(), as: UTF8.self)
    }

    @Test(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
    func `a disk that is too small is told before the first byte`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      let pointer = try await model.addObject(noise(24 << 20))
      try await model.commit(["big.bin": pointer.text])
      let url = model.url() + ":big.bin"
      try await withFileSystem(
        sandbox, options: "size=16m",
        """
        run full get "\(url)"
        run dry get --dry-run "\(url)"
        mount -o remount,size=64m "\(sandbox.cache)"
        run roomy get "\(url)" --to "\(sandbox.work)/out"
        """)
      #expect(text(sandbox, "full") == "7\n")
      #expect(text(sandbox, "full.out") == "")
      let errors = text(sandbox, "full.err")
      #expect(errors.hasPrefix("error: not enough room in the cache `\(sandbox.cache)`\n"), "\(errors)")
      #expect(errors.contains("  caused by: \(pointer.size) bytes are needed and "), "\(errors)")
      #expect(errors.contains("hint: make room"), "\(errors)")
      #expect(text(sandbox, "dry") == "0\n")
      #expect(text(sandbox, "dry.err").contains("warning: 25.2 MB do not fit into the "), "\(text(sandbox, "dry.err"))")
      #expect(text(sandbox, "roomy") == "0\n", "\(text(sandbox, "roomy.err"))")
      #expect(try await sha256(sandbox.work + "/out/big.bin") == pointer.oid)
      #expect(try await model.requests().objects.bodyBytes == pointer.size)
    }

    @Test(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
    func `a disk that fills up on the way keeps what is there`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      // 120 objects, but room for fewer files.
      try await withFileSystem(
        sandbox, options: "size=64m,nr_inodes=150",
        """
        run full get "\(model.url()):shards" --retries 0
        find "\(sandbox.cache)/objects" -type f | wc -l >kept
        mount -o remount,size=64m,nr_inodes=20000 "\(sandbox.cache)"
        run roomy get "\(model.url()):shards" --to "\(sandbox.work)/out"
        ls "\(sandbox.cache)/partial" >left
        """)
      #expect(text(sandbox, "full") == "7\n")
      #expect(text(sandbox, "full.out") == "")
      let errors = text(sandbox, "full.err")
      #expect(errors.hasPrefix("error: cannot "), "\(errors)")
      #expect(errors.contains("No space left on device"), "\(errors)")
      #expect(
        errors.contains("hint: make room and run the same command again; what was downloaded is kept"), "\(errors)")
      #expect(text(sandbox, "roomy") == "0\n", "\(text(sandbox, "roomy.err"))")
      #expect(FileTree.paths(in: sandbox.work + "/out/shards").count == 120)
      for number in [0, 60, 119] {
        let path = "shards/part-" + String("00\(number)".suffix(3)) + ".bin"
        #expect(try await sha256(sandbox.work + "/out/" + path) == model.pointer(path).oid)
      }
      #expect(text(sandbox, "left") == "locks\n")
      let kept = try #require(Int(text(sandbox, "kept").trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(kept > 0)
      let requests = try await model.requests().objects
      // What was kept is not asked for again.
      let addresses = Set(requests.map { $0.uri.prefix { $0 != "?" } })
      #expect(addresses.count == 120)
      #expect(requests.count <= 120 + (120 - kept))
    }

    @Test(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
    func `a disk that fills up is waited for`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      try await withFileSystem(
        sandbox, options: "size=64m,nr_inodes=150",
        """
        run waiting get "\(model.url()):shards" --to "\(sandbox.work)/out" &
        until grep -q 'is full' waiting.err 2>/dev/null; do sleep 0.1; done
        mount -o remount,size=64m,nr_inodes=20000 "\(sandbox.cache)"
        wait
        """)
      #expect(text(sandbox, "waiting") == "0\n")
      let errors = text(sandbox, "waiting.err")
      #expect(
        errors.contains(
          "warning: the disk of the cache `\(sandbox.cache)` is full; what has come is kept, and the download goes on "
            + "when "), "\(errors)")
      #expect(errors.contains("warning: there is room again; going on\n"), "\(errors)")
      #expect(FileTree.paths(in: sandbox.work + "/out/shards").count == 120)
    }

    @Test(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
    func `a hard link into another file system is refused, a copy is made without being asked for`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      let url = model.url() + ":weights/model.bin"
      try await withFileSystem(
        sandbox, options: "size=64m",
        """
        run linked get "\(url)" --to "\(sandbox.work)/one" --link hardlink
        run copied get "\(url)" --to "\(sandbox.work)/other"
        """)
      #expect(text(sandbox, "linked") == "7\n")
      let errors = text(sandbox, "linked.err")
      #expect(errors.hasPrefix("error: cannot put the files into `\(sandbox.work)/one`\n"), "\(errors)")
      #expect(errors.contains("/one/weights/model.bin`: Invalid cross-device link"), "\(errors)")
      #expect(FileTree.paths(in: sandbox.work + "/one") == [])
      #expect(text(sandbox, "copied.out") == "\(sandbox.work)/other/weights/model.bin\n")
      #expect(
        try await sha256(sandbox.work + "/other/weights/model.bin") == model.pointer("weights/model.bin").oid)
    }

    @Test(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
    func `a cache that is closed to writing`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      try await withFileSystem(
        sandbox, options: "ro", "run closed get \"\(model.url()):README.md\"")
      #expect(text(sandbox, "closed") == "7\n")
      let errors = text(sandbox, "closed.err")
      #expect(errors.hasPrefix("error: cannot use the cache `\(sandbox.cache)`\n  caused by: "), "\(errors)")
      #expect(errors.contains("Read-only file system"), "\(errors)")
      #expect(
        errors.hasSuffix("hint: check who owns the folder, or choose another with `--cache` or `LFSFETCH_CACHE`\n"),
        "\(errors)")
    }

    @Test(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
    func `a complete cache that is closed to writing can be read`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      try await withFileSystem(
        sandbox, options: "size=64m",
        """
        run first get "\(model.url())@v2:weights/model.bin"
        mount -o remount,ro "\(sandbox.cache)"
        run again get "\(model.url())@\(try await model.commitID("v2")):weights/model.bin"
        run path path "\(model.url())@v2:weights/model.bin"
        """)
      #expect(text(sandbox, "first") == "0\n", "\(text(sandbox, "first.err"))")
      #expect(text(sandbox, "again") == "0\n", "\(text(sandbox, "again.err"))")
      #expect(text(sandbox, "again.out") == text(sandbox, "first.out"))
      #expect(text(sandbox, "path.out") == text(sandbox, "first.out"))
    }
  #endif
}

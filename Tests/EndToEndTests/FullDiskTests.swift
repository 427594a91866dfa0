#if os(Linux)
  import Foundation
  import Testing

  /// Disks that are too small, under git's own commands and ours: what is said, that nobody is kept waiting, and that what
  /// has come is not fetched again.
  @Suite(.enabled(if: MountedDisk.hasMemory, MountedDisk.reason))
  struct FullDiskTests {
    private let model: ServedModel
    private let machine: GitMachine
    private let disk: MountedDisk

    private var url: String { model.url() }

    init() async throws {
      model = try ServedModel()
      machine = try await GitMachine()
      disk = try MountedDisk(
        .memory("size=4m"), at: machine.sandbox.folder + "/disk", in: machine.sandbox, environment: machine.environment)
    }

    private func commit(_ files: [String: ServedModel.Pointer]) async throws {
      let attributes = try await model.blob("*.bin filter=lfs -text\n")
      var entries = ["100644 blob \(attributes)\t.gitattributes"]
      for (path, pointer) in files.sorted(by: { $0.key < $1.key }) {
        entries.append("100644 blob \(try await model.blob(pointer.text))\t\(path)")
      }
      try await model.branch("main", withTree: entries)
    }

    @Test func `an object that is larger than the disk fails every command at once`() async throws {
      let pointer = try await model.addObject(noise(6_000_000))
      try await commit(["a.bin": pointer])
      try await disk.run(
        """
        cd $disk
        export LFSFETCH_CACHE=$disk/cache
        note filter git clone \(url) c
        (cd c; note checkout git checkout -f HEAD; run pull pull)
        rm -rf c
        run clone clone \(url) c
        run get get \(url) --to out
        find . -type f -size +1M >$work/left
        """, within: .seconds(30))
      let free = #/(6|12)000000 bytes are needed and \d+ are free/#
      for command in ["pull", "clone", "get"] {
        let errors = disk.text(command + ".err")
        #expect(disk.text(command) == "7")
        #expect(errors.contains("error: not enough room in the cache `\(disk.place)/cache`\n"), "\(errors)")
        #expect(errors.contains(free), "\(errors)")
        #expect(errors.contains("hint: make room, or choose another disk with `--cache` or `LFSFETCH_CACHE`"))
      }
      for command in ["filter", "checkout"] {
        let errors = disk.text(command + ".err")
        // The statuses are git's.
        #expect(disk.text(command) == "128")
        #expect(
          errors.contains("error: cannot store `a.bin`\n  caused by: cannot reserve 6000000 bytes for "), "\(errors)")
        #expect(
          errors.contains(
            "  caused by: the whole file system of the cache has 4194304 bytes, and the object 6000000\n"
              + "hint: `LFSFETCH_CACHE=FOLDER` puts the cache on another disk\n"))
      }
      #expect(disk.text("left") == "")
      #expect(try await model.requests().objects.isEmpty)
    }

    @Test func `a disk that fills up under git's checkout is not waited for, and what came is kept`() async throws {
      var pointers: [String: ServedModel.Pointer] = [:]
      for (seed, name) in ["a.bin", "b.bin", "c.bin"].enumerated() {
        pointers[name] = try await model.addObject(noise(2_500_000, seed: UInt64(seed + 7)))
      }
      try await commit(pointers)
      try await disk.run(
        """
        cd $disk
        export LFSFETCH_CACHE=$disk/cache
        note filter git clone \(url) c
        find cache/objects c/.git/lfs/objects -type f -exec sha256sum {} + >$work/kept || true
        mount -o remount,size=64m $disk
        cd c
        note checkout git checkout -f HEAD
        sha256sum *.bin | cut -c 1-64 >$work/sums
        note status git status --porcelain
        """, within: .seconds(30))
      let errors = disk.text("filter.err")
      #expect(disk.text("filter") == "128")
      #expect(!errors.contains("goes on when"), "\(errors)")
      #expect(errors.contains("caused by: cannot reserve 2500000 bytes for "), "\(errors)")
      #expect(
        errors.contains(#/  caused by: \d+ bytes are free there\nhint: make room and run the same command again/#))
      // One reason, said once.
      #expect(errors.components(separatedBy: "hint: ").count == 2, "\(errors)")
      // What has its name has its bytes.
      for line in disk.lines("kept") {
        #expect(line.split(separator: "/").last.map { line.prefix(64).hasSuffix($0) } == true, "\(line)")
      }
      #expect(disk.text("checkout") == "0", "\(disk.text("checkout.err"))")
      #expect(disk.lines("sums") == pointers.sorted { $0.key < $1.key }.map(\.value.oid))
      #expect(disk.text("status.out") == "")
      // Nothing that had come was fetched again; what was on its way when the disk was full may be.
      #expect(try await model.requests().objects.bodyBytes < 10_000_000)
    }

    @Test func `a repository on a full disk beside a roomy cache goes on where it stopped`() async throws {
      var pointers: [String: ServedModel.Pointer] = [:]
      for (seed, name) in ["a.bin", "b.bin", "c.bin"].enumerated() {
        pointers[name] = try await model.addObject(noise(2_500_000, seed: UInt64(seed + 17)))
      }
      try await commit(pointers)
      try await disk.run(
        """
        cd $disk
        GIT_LFS_SKIP_SMUDGE=1 git clone -q \(url) c
        (cd c; run pull pull; cat *.bin | grep -c ^version >$work/pointers; find .git/lfs -name '*.tmp' >$work/left)
        run clone clone \(url) d
        run get get \(url) --to out
        ls -A >$work/names
        find . -name '*.tmp' >>$work/left
        mount -o remount,size=64m $disk
        (cd c; run again pull; sha256sum *.bin | cut -c 1-64 >$work/sums)
        run more get \(url) --to out
        sha256sum out/*.bin | cut -c 1-64 >>$work/sums
        """, within: .seconds(30))
      for command in ["pull", "clone", "get"] {
        let errors = disk.text(command + ".err")
        #expect(disk.text(command) == "7")
        #expect(errors.contains("cannot reserve 2500000 bytes for `\(disk.place)/"), "\(errors)")
        #expect(
          errors.contains(#/  caused by: \d+ bytes are free there\nhint: make room and run the same command again/#),
          "\(errors)")
      }
      #expect(disk.text("pointers") == "3")
      #expect(disk.lines("names") == ["c", "out"])
      #expect(disk.text("left") == "")
      #expect(disk.text("again") == "0" && disk.text("more") == "0", "\(disk.text("again.err"))")
      let expected = pointers.sorted { $0.key < $1.key }.map(\.value.oid)
      #expect(disk.lines("sums") == expected + expected)
      #expect(try await model.requests().objects.bodyBytes == 7_500_000)
    }

    @Test(arguments: [true, false])
    func `a clone for whose history there is no room says so`(_ isServed: Bool) async throws {
      let source = isServed ? url : "file://\(model.folder)"
      try await disk.run(
        """
        cd $disk
        # Not even a small object of git's fits.
        dd if=/dev/zero of=fill bs=4k 2>/dev/null || true
        rm -rf gone
        truncate -s -24k fill
        run clone clone \(source) c --no-lfs
        ls -A >$work/names
        """, within: .seconds(30))
      let errors = disk.text("clone.err")
      #expect(disk.text("clone") == "7", "\(errors)")
      #expect(errors.contains("No space left on device"), "\(errors)")
      #expect(errors.contains("hint: make room and run the same command again"), "\(errors)")
      #expect(disk.lines("names") == ["fill"])
    }
  }
#endif

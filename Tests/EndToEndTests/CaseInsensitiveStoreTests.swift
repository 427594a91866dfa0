#if os(Linux)
  import Foundation
  import Testing

  /// What lies outside of working copies on a disk that takes `A` and `a` for one name: folders of `get`, the cache, git's
  /// own folders.
  @Suite(.enabled(if: MountedDisk.canIgnoreCase, MountedDisk.reason))
  struct CaseInsensitiveStoreTests {
    private let model: ServedModel
    private let disk: MountedDisk

    private var url: String { model.url() }

    init() async throws {
      let place = try await CaseIgnoringMachine()
      (model, disk) = (place.model, place.disk)
    }

    @Test func `get refuses what would lie one on the other, before it fetches anything`() async throws {
      try await disk.run(
        """
        cd $disk
        run cache get \(url) --cache $disk/cache
        find $disk/cache -name '*.tmp' >$work/left
        run to get \(url) --to $disk/out
        find $disk/out >>$work/left
        run part get \(url) --to $disk/out --exclude a/x --exclude D --exclude model.bin --exclude readme
        cat out/A/x out/d out/Model.bin out/README >$work/content
        """)
      #expect(disk.text("cache") == "7" && disk.text("to") == "7")
      #expect(
        disk.text("cache.err") == """
          error: cannot put `a/x` beside `A/x`
            caused by: the disk of the cache `\(disk.place)/cache` takes them for one file
          hint: leave one of them out with `--exclude`, or choose another disk with `--cache` or `LFSFETCH_CACHE`
          """)
      #expect(
        disk.text("to.err").hasPrefix(
          "error: cannot put `a/x` beside `A/x`\n  caused by: the disk of the folder `\(disk.place)/out` takes them "))
      #expect(disk.lines("left") == [disk.place + "/out"])
      #expect(disk.text("part") == "0", "\(disk.text("part.err"))")
      #expect(disk.lines("content") == ["A/x", "d", "Model.bin", "README"])
      // Each object was fetched once, for the second and the third.
      #expect(try await model.requests().objects.count == 4)
    }

    @Test func `a path that get has printed keeps its bytes when its namesake is asked for`() async throws {
      try await disk.run(
        """
        cd $disk
        export LFSFETCH_CACHE=$disk/cache
        run first get \(url):Model.bin
        run other get \(url):model.bin
        cat $(cat $work/first.out) >$work/content
        run text get \(url):README
        run texts get \(url):readme
        cat $(cat $work/text.out) >>$work/content
        run more get \(url) --exclude a/x --exclude D --exclude model.bin --exclude readme
        """)
      for name in ["first", "text", "more"] { #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))") }
      for (name, path) in [("other", "model.bin"), ("texts", "readme")] {
        #expect(disk.text(name) == "7")
        #expect(
          disk.text(name + ".err").contains(
            "error: cannot put `\(path)` in place\n  caused by: the disk of the cache "),
          "\(disk.text(name + ".err"))")
      }
      #expect(disk.lines("content") == ["Model.bin", "README"])
    }

    @Test func `a submodule is not cloned through a link of the same name`() async throws {
      let inner = try ServedModel()
      let modules = try await model.blob("[submodule \"inner\"]\n  path = a/hooks\n  url = \(inner.url())\n")
      let folder = try await model.git("mktree", "-z", input: "160000 commit \(inner.commitID())\thooks\0")
      let link = try await model.blob(".git")
      try await model.branch(
        "main",
        withTree: ["100644 blob \(modules)\t.gitmodules", "120000 blob \(link)\tA", "040000 tree \(folder)\ta"])
      try await disk.run(
        """
        cd $disk
        run clone clone \(url) c --recurse-submodules
        ls c/.git >$work/inside
        readlink c/A >$work/link
        """)
      #expect(disk.text("clone") == "0", "\(disk.text("clone.err"))")
      #expect(
        disk.text("clone.err").contains(
          "warning: this disk takes `A` and `a/hooks` for one file; only `A` is put in place"))
      #expect(disk.text("link") == ".git")
      #expect(!disk.lines("inside").contains("hooks"), "\(disk.lines("inside"))")
      #expect(!disk.lines("clone.out").contains("a/hooks"))
    }

    @Test func `git's own folder is refused in every spelling`() async throws {
      let blob = try await model.blob("[core]\n  fsmonitor = touch evil\n")
      let inner = try await model.git("mktree", "-z", input: "100644 blob \(blob)\tconfig\0")
      for name in [".GIT", ".Git", ".giT"] {
        try await model.branch("evil", withTree: ["040000 tree \(inner)\t\(name)", "100644 blob \(blob)\tfine"])
        try await disk.run(
          """
          cd $disk
          run clone clone \(url)@evil c
          run get get \(url)@evil --to out
          ls -A >$work/left
          """)
        for command in ["clone", "get"] {
          #expect(disk.text(command) == "6")
          #expect(disk.text(command + ".err").contains("is not safe"), "\(disk.text(command + ".err"))")
        }
        #expect(disk.text("left") == "")
      }
    }

    @Test func `the cache and a repository's objects work on such a disk`() async throws {
      let large = try await model.addObject(noise(3_000_000))
      try await model.commit(["large.bin": large.text])
      try await disk.run(
        """
        cd $disk
        export LFSFETCH_CACHE=$disk/cache
        run first get \(url):large.bin --to one &
        run second get \(url):large.bin --to two
        wait
        cat one/large.bin | sha256sum >$work/sums
        cat two/large.bin | sha256sum >>$work/sums
        run verify verify
        GIT_LFS_SKIP_SMUDGE=1 git clone -q --no-checkout \(url) c
        cd c
        run fetch fetch
        object=.git/lfs/objects/\(large.oid.prefix(2))/\(large.oid.dropFirst(2).prefix(2))/\(large.oid)
        stat -c %i $object $LFSFETCH_CACHE/objects/\(large.oid.prefix(2))/\(large.oid.dropFirst(2)) >$work/inodes
        run prune prune
        run fsck fsck --objects
        ls -A $LFSFETCH_CACHE/partial $LFSFETCH_CACHE/runs >$work/left
        """)
      for name in ["first", "second", "verify", "fetch", "fsck"] {
        #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))")
      }
      #expect(disk.lines("sums") == [String](repeating: "\(large.oid)  -", count: 2))
      // A hard link.
      #expect(Set(disk.lines("inodes")).count == 1 && disk.lines("inodes").count == 2)
      #expect(!disk.lines("left").contains { $0.contains(large.oid) }, "\(disk.lines("left"))")
      #expect(try await model.requests().objects.filter { $0.uri.contains(large.oid) }.bodyBytes == large.size)
    }
  }
#endif

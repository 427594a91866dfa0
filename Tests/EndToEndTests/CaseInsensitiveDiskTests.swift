#if os(Linux)
  import Foundation
  import Testing

  /// Repositories whose paths differ only in case, on a real disk that takes such paths for one. Git's own clone and
  /// git-lfs's filter stand beside.
  @Suite(.enabled(if: MountedDisk.canIgnoreCase, MountedDisk.reason))
  struct CaseInsensitiveDiskTests {
    private let model: ServedModel
    private let machine: GitMachine
    private let disk: MountedDisk

    private var sandbox: Sandbox { machine.sandbox }
    private var url: String { model.url() }

    init() async throws { try await self.init(.lfsfetch) }

    private init(_ filters: GitMachine.Filters) async throws {
      let place = try await CaseIgnoringMachine(filters)
      (model, machine, disk) = (place.model, place.machine, place.disk)
    }

    /// `status NAME FOLDER` notes what git says of a work tree.
    private static let status = #"""
      status() { (cd $2; note $1 git -c core.quotePath=false status --porcelain --untracked-files=all); }

      """#

    @Test func `a clone has one of each, says which, and is as clean as git's own`() async throws {
      try await disk.run(
        Self.status + """
          cd $disk
          note git git clone \(url) theirs
          status theirs theirs
          run ours clone \(url) ours
          status clean ours
          (cd ours; cat A/x d model.bin README A/only.bin >$work/content; git ls-files -t | grep ^S >$work/left)
          (cd ours; note fsck git fsck --no-progress; run lfs fsck; note lfsfiles git lfs fsck; run pull pull; status pulled .)
          """)
      #expect(disk.text("git.err").contains("the following paths have collided"))
      #expect(!disk.lines("theirs.out").isEmpty)
      #expect(disk.text("ours") == "0")
      #expect(
        disk.lines("ours.err").filter { $0.hasPrefix("warning: ") } == [
          "warning: this disk takes `A/x` and `a/x` for one file; only `A/x` is put in place",
          "warning: this disk takes `Model.bin` and `model.bin` for one file; only `Model.bin` is put in place",
          "warning: this disk takes `README` and `readme` for one file; only `README` is put in place",
          "warning: this disk takes `d` and `D/x` for one file; only `d` is put in place",
        ])
      #expect(disk.lines("content") == ["A/x", "d", "Model.bin", "README", "A/only.bin"])
      #expect(disk.lines("left") == ["S D/x", "S a/x", "S model.bin", "S readme"])
      #expect(disk.text("clean.out") == "" && disk.text("pulled.out") == "")
      for name in ["fsck", "lfs", "lfsfiles", "pull"] { #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))") }
    }

    @Test func `what a selection leaves out clashes with nothing`() async throws {
      try await disk.run(
        Self.status + """
          cd $disk
          git clone -q --no-checkout \(url) theirs
          (cd theirs; git sparse-checkout set --no-cone /model.bin /readme; git checkout -q main)
          status theirs theirs
          run one clone \(url) one --include model.bin --include readme
          (cd one; cat model.bin readme >$work/content)
          status ours one
          run two clone \(url) two --include '*.bin'
          (cd two; cat Model.bin >>$work/content)
          """)
      #expect(disk.text("one") == "0" && !disk.text("one.err").contains("warning"), "\(disk.text("one.err"))")
      // Of a sparse checkout git looks for what is left out, and finds the namesakes.
      #expect(disk.lines("ours.out").count == disk.lines("theirs.out").count, "\(disk.text("ours.out"))")
      #expect(
        disk.lines("two.err").filter { $0.hasPrefix("warning: ") } == [
          "warning: this disk takes `Model.bin` and `model.bin` for one file; only `Model.bin` is put in place"
        ])
      #expect(disk.lines("content") == ["model.bin", "readme", "Model.bin"])
    }

    @Test func `add puts nothing over another file, and drop makes room for it`() async throws {
      try await disk.run(
        """
        cd $disk
        run clone clone \(url) c --include plain
        cd c
        run glob add '*.bin'
        cat model.bin >>$work/content
        run both add d D/x
        run d add d
        run beside add D/x
        run all add .
        cat d README >>$work/content
        run drop drop Model.bin
        remount
        cd $disk/c
        run other add model.bin
        cat model.bin >>$work/content
        """)
      #expect(disk.text("glob") == "0")
      #expect(
        disk.text("glob.err").contains(
          "warning: this disk takes `Model.bin` and `model.bin` for one file; only `Model.bin` is put in place\n"))
      for (name, other) in [("both", "d"), ("beside", "d")] {
        #expect(disk.text(name) == "7")
        #expect(
          disk.text(name + ".err") == """
            error: cannot put `D/x` beside `\(other)`
              caused by: this disk takes them for one file
            hint: `lfsfetch drop` the one to have the other
            """)
      }
      #expect(disk.text("d") == "0")
      #expect(disk.text("all") == "0")
      #expect(disk.lines("all.err").filter { $0.hasPrefix("warning: ") }.count == 4, "\(disk.text("all.err"))")
      #expect(disk.text("drop") == "0" && disk.text("other") == "0")
      #expect(disk.lines("content") == ["Model.bin", "d", "README", "model.bin"])
    }

    @Test(arguments: [GitMachine.Filters.lfsfetch, .gitLFS])
    func `git's own clone and checkout are the same with either filter`(_ filters: GitMachine.Filters) async throws {
      let test = try await CaseInsensitiveDiskTests(filters)
      try await test.disk.run(
        Self.status + """
          cd $disk
          note clone git clone \(test.url) c
          remount
          cd $disk/c
          cat A/x d model.bin readme A/only.bin >$work/content
          status clean .
          rm model.bin big.bin
          remount
          cd $disk/c
          note checkout git checkout model.bin big.bin
          remount
          cd $disk/c
          cat model.bin big.bin >>$work/content
          """)
      #expect(test.disk.text("clone") == "0" && test.disk.text("checkout") == "0")
      // Of two that git is to come back for, the one whose object came later stays.
      #expect(
        test.disk.lines("content").map { $0 == "Model.bin" ? "model.bin" : $0 }
          == ["a/x", "d", "model.bin", "readme", "A/only.bin", "model.bin", "big.bin"])
      // Two of one size that came in one tick of the clock may be one to git.
      let changed = Set(test.disk.lines("clean.out"))
      #expect(changed.contains(" D D/x"))
      #expect(changed.isSubset(of: [" D D/x", " M A/x", " M Model.bin", " M model.bin", " M README"]), "\(changed)")
    }

    @Test func `pull and checkout fill what git has made of them, one of each`() async throws {
      try await disk.run(
        Self.status + """
          cd $disk
          GIT_LFS_SKIP_SMUDGE=1 git clone -q \(url) c 2>/dev/null
          remount
          cd $disk/c
          run pull pull
          cat model.bin A/only.bin big.bin >$work/content
          status pulled .
          run again pull
          run status status
          run fsck fsck
          rm model.bin
          remount
          cd $disk/c
          run checkout checkout
          remount
          cd $disk/c
          cat Model.bin >>$work/content
          """)
      for name in ["pull", "again", "status", "fsck", "checkout"] {
        #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))")
      }
      #expect(disk.lines("content") == ["model.bin", "A/only.bin", "big.bin", "Model.bin"])
      #expect(
        disk.text("checkout.err").contains(
          "warning: this disk takes `Model.bin` and `model.bin` for one file; only `Model.bin` is put in place"))
      #expect(disk.lines("pulled.out").count == 4, "\(disk.text("pulled.out"))")
    }

    @Test func `pull and checkout pass over a file whose folder another file is, as git-lfs does`() async throws {
      let pointer = try await model.addObject(Data("content\n".utf8)).text
      let folder = try await model.git("mktree", "-z", input: "100644 blob \(model.blob(pointer))\tx.bin\0")
      try await model.branch(
        "main",
        withTree: [
          "100644 blob \(model.blob("*.bin filter=lfs -text\n"))\t.gitattributes", "040000 tree \(folder)\tD",
          "100644 blob \(model.blob("plain\n"))\td", "100644 blob \(model.blob(pointer))\tother.bin",
        ])
      try await disk.run(
        """
        cd $disk
        ln -s '\(Sandbox.program)' $work/git-lfs
        for name in pull checkout standin theirs; do
          GIT_LFS_SKIP_SMUDGE=1 git clone -q \(url) $name 2>/dev/null
        done
        remount
        (cd $disk/pull; run pull pull)
        (cd $disk/checkout; run checkout checkout)
        (cd $disk/standin; note standin $work/git-lfs pull)
        (cd $disk/theirs; note theirs git-lfs pull)
        remount
        cd $disk
        cat {pull,standin,theirs}/{d,other.bin} >$work/content
        cd pull
        mv d e
        remount
        cd $disk/pull
        run again pull
        remount
        cat $disk/pull/D/x.bin >>$work/content
        """)
      let warning = "warning: this disk takes `d` and `D/x.bin` for one file; only `d` is put in place"
      for name in ["pull", "checkout", "standin"] {
        #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))")
        #expect(disk.lines(name + ".err").filter { $0.contains("D/x.bin") } == [warning])
      }
      #expect(disk.text("theirs") == "0")
      #expect(disk.lines("theirs.err").contains { $0.contains("D/x.bin") }, "\(disk.text("theirs.err"))")
      #expect(disk.text("again") == "0")
      #expect(disk.lines("content") == ["plain", "content", "plain", "content", "plain", "content", "content"])
    }

    @Test func `attributes are matched without regard to case, as git matches them there`() async throws {
      let pointers = try await ["one", "two", "three"].asyncMap { try await model.addObject(Data("\($0)\n".utf8)).text }
      let sub = try await model.git(
        "mktree", "-z", input: "100644 blob \(model.blob(pointers[2]))\tthree.dat\0")
      try await model.branch(
        "main",
        withTree: [
          "100644 blob \(model.blob("*.BIN filter=lfs -text\nfolder/** filter=lfs -text\n"))\t.gitattributes",
          "040000 tree \(sub)\tFolder", "100644 blob \(model.blob(pointers[0]))\tone.bin",
          "100644 blob \(model.blob(pointers[1]))\ttwo.Bin",
        ])
      try await disk.run(
        Self.status + """
          cd $disk
          git clone -q \(url) theirs
          run clone clone \(url) ours
          GIT_LFS_SKIP_SMUDGE=1 git clone -q \(url) pulled
          (cd pulled; run pull pull)
          for folder in theirs ours pulled; do
            (cd $folder; cat one.bin two.Bin Folder/three.dat >$work/$folder.content; status $folder .)
          done
          """)
      for folder in ["theirs", "ours", "pulled"] {
        #expect(disk.lines(folder + ".content") == ["one", "two", "three"])
        #expect(disk.text(folder + ".out") == "")
      }
    }
  }

  extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
      var values: [Value] = []
      for element in self { values.append(try await transform(element)) }
      return values
    }
  }
#endif

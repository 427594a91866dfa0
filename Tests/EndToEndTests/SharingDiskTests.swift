#if os(Linux)
  import Foundation
  import Testing

  /// On a real disk whose files can share blocks (btrfs): what is one copy there, and what is not.
  @Suite(.enabled(if: MountedDisk.canShareBlocks, MountedDisk.reason))
  struct SharingDiskTests {
    private let model: ServedModel
    private let machine: GitMachine
    private let disk: MountedDisk
    private let pointer: ServedModel.Pointer

    private var url: String { model.url() }
    private var object: String { "objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2))" }
    private var media: String {
      ".git/lfs/objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2).prefix(2))/\(pointer.oid)"
    }

    init() async throws {
      model = try ServedModel()
      machine = try await GitMachine()
      disk = try MountedDisk(
        .sharingBlocks, at: machine.sandbox.folder + "/disk", in: machine.sandbox, environment: machine.environment)
      pointer = try await model.addObject(noise(3_000_000))
      let attributes = try await model.blob("*.bin filter=lfs -text\n")
      try await model.branch(
        "main",
        withTree: ["100644 blob \(attributes)\t.gitattributes", "100644 blob \(model.blob(pointer.text))\tmodel.bin"])
    }

    /// `look NAME FILE` notes whether all blocks of a file are shared, and its other names.
    private static let look = #"""
      look() {
        sync -f "$2"
        extents=$(filefrag -v "$2" | grep -E '^ *[0-9]+:' || true)
        if echo "$extents" | grep -qv shared; then echo own; else echo shared; fi >$work/$1
        stat -c %h "$2" >>$work/$1
      }
      sums() { for file; do sha256sum <"$file"; done >$work/sums; }

      """#

    @Test func `the store, the repositories and the work trees share their blocks`() async throws {
      try await disk.run(
        Self.look + """
          cd $disk
          export LFSFETCH_CACHE=$disk/cache
          run get get \(url) --to out
          run clone clone \(url) cloned
          GIT_LFS_SKIP_SMUDGE=1 git clone -q \(url) pulled
          (cd pulled; run pull pull; look pulled.file model.bin; rm model.bin; run checkout checkout)
          git clone -q \(url) smudged
          look store cache/\(object)
          look out.file out/model.bin
          look cloned.file cloned/model.bin
          look checkout.file pulled/model.bin
          look smudged.file smudged/model.bin
          for folder in cloned pulled smudged; do look $folder.media $folder/\(media); done
          for file in out/model.bin {cloned,pulled,smudged}/model.bin; do echo changed >>$file; done
          sums cache/\(object) {cloned,pulled,smudged}/\(media)
          run verify verify
          """)
      for name in ["get", "clone", "pull", "checkout", "verify"] {
        #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))")
      }
      let shared = [
        "store", "out.file", "cloned.file", "pulled.file", "checkout.file", "cloned.media", "pulled.media",
        "smudged.media",
      ]
      for name in shared { #expect(disk.lines(name) == ["shared", "1"], "\(name)") }
      // What a filter gives, git writes.
      #expect(disk.lines("smudged.file") == ["own", "1"])
      #expect(disk.lines("sums") == [String](repeating: "\(pointer.oid)  -", count: 4))
      #expect(try await model.requests().objects.bodyBytes == pointer.size)
    }

    @Test(arguments: [true, false])
    func `between two disks there are copies`(_ isStoreOnDisk: Bool) async throws {
      try await disk.run(
        Self.look + """
          here=\(isStoreOnDisk ? "$work" : "$disk")
          export LFSFETCH_CACHE=\(isStoreOnDisk ? "$disk" : "$work")/cache
          cd $here
          run get get \(url) --to out
          run clone clone \(url) cloned
          GIT_LFS_SKIP_SMUDGE=1 git clone -q \(url) pulled
          (cd pulled; run pull pull)
          git clone -q \(url) smudged
          sums out/model.bin {cloned,pulled,smudged}/model.bin {cloned,pulled,smudged}/\(media) $LFSFETCH_CACHE/\(object)
          for folder in cloned pulled; do look $folder.file $folder/model.bin; done
          stat -c %h {cloned,pulled,smudged}/\(media) >$work/links
          for folder in cloned pulled smudged; do (cd $folder; git status --porcelain; git lfs fsck) >>$work/clean; done
          find $here $LFSFETCH_CACHE -name '*.tmp' >$work/left
          """)
      for name in ["get", "clone", "pull"] { #expect(disk.text(name) == "0", "\(disk.text(name + ".err"))") }
      #expect(disk.lines("sums") == [String](repeating: "\(pointer.oid)  -", count: 8))
      #expect(disk.lines("links") == ["1", "1", "1"])
      // The repository's own copy can be shared where its disk can do that.
      for name in ["cloned.file", "pulled.file"] {
        #expect(disk.lines(name).first == (isStoreOnDisk ? "own" : "shared"), "\(name)")
      }
      #expect(disk.lines("clean") == [String](repeating: "Git LFS fsck OK", count: 3))
      #expect(disk.text("left") == "")
      #expect(try await model.requests().objects.bodyBytes == pointer.size)
    }
  }
#endif

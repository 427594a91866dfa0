import Testing

@testable import LFSFetch

@Suite struct AttributesFileTests {
  @Test func `patterns of LFS, and those from which it is taken`() {
    let file = AttributesFile(
      """
      # *.comment filter=lfs
      [attr]macro filter=lfs
      *.bin filter=lfs diff=lfs merge=lfs -text
      \t*.lock\tfilter=lfs   lockable
      folder/ filter=lfs
      *.not -filter
      *.unset !filter
      *.other filter=other
      *.twice filter=other filter=lfs
      *.txt text
      """)
    #expect(file.patterns.map(\.text) == ["*.bin", "*.lock", "folder", "*.not", "*.unset", "*.twice"])
    #expect(file.patterns.map(\.isTracked) == [true, true, true, false, false, true])
    #expect(file.patterns.map(\.isLockable) == [false, true, false, false, false, false])
  }

  @Test(arguments: [
    ("*.bin", false, "*.bin"), ("./a b", false, "a[[:space:]]b"), ("#x", false, "\\#x"),
    ("x [1]*?.psd", true, "x[[:space:]]\\[1\\]\\*\\?.psd"),
  ])
  func `patterns as they stand in the file`(_ pattern: String, _ isName: Bool, _ expected: String) {
    #expect(AttributesFile.written(pattern, isName: isName) == expected)
  }

  @Test func `what is there is not repeated, and its mark is kept`() {
    var file = AttributesFile("*.bin filter=lfs diff=lfs merge=lfs -text lockable\n*.dat text\n")
    let changes = [file.track("*.bin", isLockable: nil), file.track("*.dat", isLockable: true)]
    #expect(changes == [.none, .replaced])
    let unmarked = file.track("*.bin", isLockable: false)
    #expect(unmarked == .replaced)
    let (first, again) = (file.untrack("*.dat"), file.untrack("*.dat"))
    #expect(first && !again)
    #expect(file.text == "*.bin filter=lfs diff=lfs merge=lfs -text\n")
  }
}

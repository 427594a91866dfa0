import Git
import Testing

@testable import CLI
@testable import LFSFetch

/// What the hooks say, word for word.
struct HookMessagesTests {
  @Test(arguments: [
    (1, "`1`"), (2, "`1`, `2`"), (10, "`1`, `2`, `3`, `4`, `5`, `6`, `7`, `8`, `9`, `10`"),
    (12, "`1`, `2`, `3`, `4`, `5`, `6`, `7`, `8`, `9`, `10` and 2 more"),
  ])
  func namesInASentence(count: Int, expected: String) {
    #expect(NameList.text((1...count).map(String.init)) == expected)
  }

  @Test func eachKindOfFlawHasItsWayOut() throws {
    let limit = try #require(LargeFileLimit("10m"))
    let problems = PreCommit.problems([
      flaw(.content(size: 2_000_000), "a.bin"), flaw(.malformed("the size is not a number"), "b.bin"),
      flaw(.notCanonical, "c.bin"), flaw(.large(size: 20_000_000, limit), "d.dat"), flaw(.attributesNotStaged, "e"),
      flaw(.content(size: 3), "f.bin"),
    ])
    #expect(
      problems.map(\.message) == [
        "2 files staged with the content itself, though attributes give it to LFS",
        "1 file staged as a broken pointer", "1 file staged as a pointer that is not in the canonical form",
        "1 file staged without LFS, and too large for that",
      ])
    #expect(
      problems.map(\.causes) == [
        ["`a.bin`, 2.0 MB", "`f.bin`, 3 B"], ["`b.bin`: the size is not a number"], ["`c.bin`"],
        ["`d.dat`, 20.0 MB; 10m is allowed"],
      ])
    #expect(problems.allSatisfy { $0.hint != nil })
    #expect(PreCommit.problems([flaw(.attributesNotStaged, "e")]) == [])
  }

  private func flaw(_ kind: LFSRepository.StagedFlaw.Kind, _ path: String) -> LFSRepository.StagedFlaw {
    .init(kind: kind, path: Array(path.utf8))
  }

  @Test func manyFlawsAreCutShort() {
    let flaws = (0..<25).map { flaw(.notCanonical, "\($0)") }
    #expect(PreCommit.problems(flaws)[0].causes.count == 21)
    #expect(PreCommit.problems(flaws)[0].causes.last == "5 more")
  }

  @Test func whatAPushWouldLeaveBehind() throws {
    let oid = try #require(SHA256Digest(hex: String(repeating: "a", count: 64)))
    let blob = try #require(ObjectID(hex: String(repeating: "b", count: 40)))
    let file = LFSFile(path: Array("a.bin".utf8), pointer: Pointer(oid: oid, size: 3), blob: blob)
    var check = LFSRepository.PushCheck(server: "https://h/x", missing: [file])
    let problem = PrePush.problem(check, remote: "origin")
    #expect(problem.message == "the push would leave LFS files without content: `a.bin`")
    #expect(problem.causes == ["`https://h/x` does not have 1 object"])
    #expect(problem.hint?.contains("`git lfs push origin BRANCH`") == true)
    let address = PrePush.problem(check, remote: "https://user:secret@host/x")
    #expect(address.hint?.contains("`git lfs push REMOTE BRANCH`") == true)
    check.missing.append(file)
    check.missingHereToo = 1
    #expect(
      PrePush.problem(check, remote: "origin").causes == [
        "`https://h/x` does not have 2 objects", "1 of 2 are not on this machine either, to be uploaded from here",
      ])
  }
}

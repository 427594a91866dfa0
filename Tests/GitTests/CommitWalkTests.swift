import Foundation
import Testing

@testable import Git

/// The commits of a history are those that `git rev-list` names, shallow or not.
@Suite struct CommitWalkTests {
  /// Commits by number; the later come of the earlier.
  private struct History {
    var parents: [[Int]] = []
    var times: [Int64] = []

    static func id(_ number: Int) -> ObjectID { ObjectID(hex: String(format: "%040x", number))! }

    /// Those that can be reached, found the slow way.
    func reachable(from tips: [Int]) -> Set<Int> {
      var found: Set<Int> = []
      var rest = tips
      while let next = rest.popLast() {
        if found.insert(next).inserted { rest += parents[next] }
      }
      return found
    }

    func walk(from tips: [Int], excluding excluded: [Int]) throws -> [ObjectID] {
      var walk = CommitWalk()
      return try walk.commits(from: tips.map(Self.id), excluding: excluded.map(Self.id)) { id in
        guard let number = Int(id.hex, radix: 16), number < parents.count else { return nil }
        return (times[number], parents[number].map(Self.id))
      }
    }
  }

  @Test(arguments: 0..<200) func `any history`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var history = History()
    for number in 0..<40 {
      let count = number == 0 ? 0 : Int.random(in: 0...2, using: &random)
      history.parents.append((0..<count).map { _ in Int.random(in: 0..<number, using: &random) })
      history.times.append(Int64(number / 3))
    }
    let tips = (0..<2).map { _ in Int.random(in: 0..<40, using: &random) }
    let excluded = (0..<2).map { _ in Int.random(in: 0..<40, using: &random) }
    let expected = history.reachable(from: tips).subtracting(history.reachable(from: excluded))
    let found = try history.walk(from: tips, excluding: excluded)
    #expect(Set(found) == Set(expected.map(History.id)))
    #expect(found.count == expected.count)
  }

  @Test func `what is missing is an error, unless it is excluded`() throws {
    let history = History(parents: [[99], [0], [0]], times: [1, 2, 3])
    let error = #expect(throws: GitError.self) { try history.walk(from: [1], excluding: []) }
    #expect(error?.message == "the history of the repository has a gap: the commit `\(History.id(99))` is not there")
    #expect(try history.walk(from: [1], excluding: [2, 99]) == [History.id(1)])
  }

  private func commits(_ count: Int) throws -> LocalGit {
    let git = try LocalGit()
    for number in 1...count {
      try git.write("\(number)\n", to: "file.txt")
      try git("add", ".")
      try git("commit", "--quiet", "--message", "\(number)")
      if number == count / 2 { try git("branch", "half") }
    }
    return git
  }

  @Test func `the edge of a shallow clone, and grafts`() async throws {
    let git = try commits(6)
    func check(_ folder: String, _ revisions: [String], _ excluded: [String] = []) async throws {
      let repository = try WorkingRepository {
        ["GIT_DIR": folder + "/.git", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": git.folder("gitconfig")][$0]
      }
      func ids(_ names: [String]) async throws -> [ObjectID] {
        var ids: [ObjectID] = []
        for name in names { ids.append(try await repository.commit(named: name)) }
        return ids
      }
      let found = try await repository.commits(from: ids(revisions), excluding: ids(excluded))
      let process = try git("-C", folder, "rev-list", revisions[0], excluded.first.map { "^" + $0 } ?? revisions[0])
      #expect(found.map(\.hex) == process.split(separator: "\n").map(String.init), "\(folder) \(revisions)")
      #expect(!found.isEmpty)
      let oldest = try #require(found.last)
      let parents = try git("-C", folder, "show", "--no-patch", "--format=%P", oldest.hex)
      #expect(try await repository.parents(of: oldest).map(\.hex).joined(separator: " ") == parents)
    }
    try await check(git.path, ["main"])
    try await check(git.path, ["main"], ["half"])
    try git("clone", "--quiet", "--depth", "2", "--no-single-branch", "file://" + git.path, "../shallow")
    try await check(git.folder("shallow"), ["main"])
    try await check(git.folder("shallow"), ["main"], ["origin/half"])
    try await check(git.folder("shallow"), ["origin/half"], ["main"])
    // A graft leaves out what is between.
    let ids = try git("rev-list", "main").split(separator: "\n").map(String.init)
    try git.write("# known to old versions\n\(ids[1]) \(ids[4])\n", to: ".git/info/grafts")
    try await check(git.path, ["main"])
  }
}

/// The same numbers for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

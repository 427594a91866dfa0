import Git
import Testing

@testable import LFSFetch

struct CloneReferencesTests {
  private let ids = (1...9).map { ObjectID(hex: String(repeating: "\($0)", count: 40))! }

  private func remote(branches: Int = 2) -> [RemoteReference] {
    [RemoteReference(name: "HEAD", id: ids[0], target: "refs/heads/main")]
      + [RemoteReference(name: "refs/heads/main", id: ids[0])]
      + (1..<branches).map { RemoteReference(name: "refs/heads/b\($0)", id: ids[1]) }
      + [
        RemoteReference(name: "refs/tags/light", id: ids[0]),
        RemoteReference(name: "refs/tags/noted", id: ids[4], peeled: ids[1]),
        RemoteReference(name: "refs/tags/old", id: ids[5]), RemoteReference(name: "refs/pull/1/head", id: ids[6]),
      ]
  }

  private func references(
    _ remote: [RemoteReference], commit: Int = 0, reference: String? = "refs/heads/main", isBare: Bool = false,
    takesAllTags: Bool = false
  ) -> CloneReferences {
    CloneReferences(
      of: remote, checkingOut: ResolvedRevision(commit: ids[commit], reference: reference), isBare: isBare,
      takesAllTags: takesAllTags)
  }

  @Test func `branches are tracked, and tags come with their commits`() {
    let found = references(remote())
    #expect(found.head == .branch("refs/heads/main"))
    #expect(
      found.references.map(\.name) == [
        "refs/heads/main", "refs/remotes/origin/main", "refs/remotes/origin/b1", "refs/tags/light", "refs/tags/noted",
      ])
    #expect(found.wants == [ids[0], ids[1], ids[4]])
    #expect(found.defaultBranch == "refs/remotes/origin/main")
    #expect(found.fetchSpecifications == ["+refs/heads/*:refs/remotes/origin/*"])
    #expect(references(remote(), takesAllTags: true).wants.contains(ids[5]))
  }

  @Test func `a tag or a commit is checked out without a branch`() {
    for reference in ["refs/tags/old", "refs/pull/1/head", nil] {
      let found = references(remote(), commit: 5, reference: reference)
      #expect(found.head == .detached(ids[5]))
      #expect(found.wants.contains(ids[5]))
      #expect(!found.references.contains { $0.name.hasPrefix("refs/heads/") })
    }
  }

  @Test func `of very many branches only one comes along`() {
    let found = references(remote(branches: 60), commit: 1, reference: "refs/heads/b7")
    #expect(found.skippedBranches == 59)
    #expect(found.references.map(\.name) == ["refs/heads/b7", "refs/remotes/origin/b7", "refs/tags/noted"])
    #expect(found.fetchSpecifications == ["+refs/heads/b7:refs/remotes/origin/b7"])
    #expect(found.defaultBranch == nil)
    #expect(references(remote(branches: 50)).skippedBranches == 0)
  }

  @Test func `a bare one has the branches under their own names`() {
    let found = references(remote(), isBare: true)
    #expect(found.references.map(\.name).prefix(2) == ["refs/heads/main", "refs/heads/b1"])
    #expect(found.fetchSpecifications == [] && found.defaultBranch == nil)
  }
}

import Testing

@testable import Git

struct CommitterTests {
  @Test func `the environment counts more than the configuration, which counts more than the machine`() {
    let config = GitConfig(entries: [.init("user.name", "Ann"), .init("user.email", "ann@example.com")])
    let own = Committer(config, variable: { _ in nil })
    #expect(own == Committer(name: "Ann", address: "ann@example.com"))
    let given = Committer(config, variable: { $0 == "GIT_COMMITTER_NAME" ? "Bob" : nil })
    #expect(given == Committer(name: "Bob", address: "ann@example.com"))
    let machine = Committer(GitConfig(), variable: { _ in nil })
    #expect(!machine.name.isEmpty && machine.address.contains("@"))
  }

  @Test func `what would end a part of the line is left out`() {
    let committer = Committer(name: " A <b>\nc. ", address: "<a@b>\n")
    #expect(committer == Committer(name: "A bc", address: "a@b"))
    #expect(committer.stamp.wholeMatch(of: /A bc <a@b> [0-9]+ [+-][0-9]{4}/) != nil)
  }
}

import Foundation
import Testing

/// When a branch that has moved is noticed.
@Suite struct FreshnessTests {
  @Test func `a model keeps its commit until it is refreshed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try sandbox.registry(
      #""kitchen": {"source": "\#(model.url())", "branch": "main", "files": ["README.md"], "main": "README.md"}"#)
    let first = try await sandbox.path("get", "kitchen", "--registry", registry)
    let commit = try await model.commit(["README.md": "changed\n"])
    #expect(try await sandbox.path("get", "kitchen", "--registry", registry) == first)
    #expect(bytes(first) == Data("# Kitchen\n".utf8))
    let second = try await sandbox.path("get", "kitchen", "--refresh", "--registry", registry)
    #expect(second.contains(commit))
    #expect(bytes(second) == Data("changed\n".utf8))
    #expect(try await sandbox.path("get", "kitchen", "--registry", registry) == second)
    #expect(try await sandbox.path("path", "kitchen", "--registry", registry) == second)
    // The older one is still what it was.
    #expect(bytes(first) == Data("# Kitchen\n".utf8))
  }

  @Test func `a URL means the tip of its branch, each time`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for url in [model.url(), model.url() + "@main", model.folder, "file://" + model.folder] {
      let text = "changed for \(url)\n"
      let old = try await sandbox.path("get", url + ":README.md")
      let commit = try await model.commit(["README.md": text])
      let new = try await sandbox.path("get", url + ":README.md")
      #expect(new != old)
      #expect(new.contains(commit))
      #expect(bytes(new) == Data(text.utf8))
    }
  }

  @Test func `a tag that was moved is followed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + "@v1:weights/model.bin"
    let old = try await sandbox.path("get", url)
    try await model.git("tag", "--force", "v1", "main")
    let new = try await sandbox.path("get", url)
    #expect(new != old)
    #expect(try await sha256(new) == model.pointer("weights/model.bin").oid)
  }

  @Test func `a commit that is known costs no request`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = "\(model.url())@\(try await model.commitID("v2")):weights/model.bin"
    let path = try await sandbox.path("get", url)
    let asked = try await model.requests().count
    #expect(try await sandbox.path("get", url) == path)
    #expect(try await model.requests().count == asked)
  }

  @Test func `a second file of a commit that is known costs no git request`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let commit = try await model.commitID()
    try await sandbox.path("get", "\(model.url())@\(commit):README.md")
    let asked = try await model.requests().git.count
    try await sandbox.path("get", "\(model.url())@\(commit):nested")
    #expect(try await model.requests().git.count == asked)
  }
}

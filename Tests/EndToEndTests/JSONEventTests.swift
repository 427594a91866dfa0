import Fixtures
import Foundation
import Testing

/// `get --json`: every line parses, and the last one says it all.
@Suite struct JSONEventTests {
  private func events(_ run: Launch.Outcome) throws -> [[String: Any]] {
    try run.output.split(separator: "\n").map { try json(String($0)) }
  }

  private func names(_ events: [[String: Any]]) -> [String] { events.compactMap { $0["event"] as? String } }

  @Test func `the events of a download, in order`() async throws {
    let model = try ServedModel(copyOf: "gudgud96/MR-MT3")
    let sandbox = try Sandbox()
    let pointer = try await model.pointer("pretrained/mt3.pth", at: "master")
    let name = model.url() + ":pretrained"
    let run = try await sandbox.run("get", "--json", name)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let events = try events(run)
    let order = names(events).filter { $0 != "object-progress" }
    #expect(
      order == [
        "resolving", "resolved", "planned", "object-started", "object-finished", "finished", "model-finished", "result",
      ])
    #expect(events[0]["source"] as? String == model.url())
    #expect(events[1]["revision"] as? String == (try await model.commitID("master")))
    #expect(events[1]["files"] as? Int == 2)
    #expect(events[2]["objects"] as? Int == 1)
    #expect(events[2]["bytes"] as? Int == pointer.size)
    #expect(events[2]["reused"] as? Int == 0)
    let started = try #require(events.first { $0["event"] as? String == "object-started" })
    #expect(started["object"] as? String == pointer.oid)
    #expect(started["name"] as? String == "pretrained/mt3.pth")
    #expect(started["resumed"] as? Int == 0)
    let received = events.compactMap { $0["received"] as? Int }
    #expect(received == received.sorted())
    let finished = try #require(events.first { $0["event"] as? String == "finished" })
    #expect(finished["downloaded"] as? Int == pointer.size)
    let result = try #require(events.last)
    #expect(result["status"] as? Int == 0)
    let models = try #require(result["models"] as? [[String: Any]])
    #expect(models.count == 1)
    #expect(models[0]["name"] as? String == name)
    #expect(models[0]["commit"] as? String == (try await model.commitID("master")))
    #expect(models[0]["files"] as? Int == 2)
    #expect(models[0]["bytes"] as? Int == pointer.size + 466)
    let path = try #require(models[0]["path"] as? String)
    #expect(try await sha256(path + "/pretrained/mt3.pth") == pointer.oid)
  }

  @Test func `the result names each failure`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "--json", model.url() + ":README.md", "fst", model.url() + ":nosuch")
    #expect(run.status == 1)
    let events = try events(run)
    #expect(names(events).count { $0 == "model-failed" } == 2)
    #expect(names(events).count { $0 == "model-finished" } == 1)
    let result = try #require(events.last)
    #expect(result["event"] as? String == "result")
    #expect(result["status"] as? Int == 1)
    let models = try #require(result["models"] as? [[String: Any]])
    #expect(models.map { $0["name"] as? String } == [model.url() + ":README.md", "fst", model.url() + ":nosuch"])
    #expect((models[0]["path"] as? String)?.hasSuffix("/README.md") == true)
    let first = try #require(models[1]["error"] as? [String: Any])
    #expect(first["code"] as? String == "notFound")
    #expect(first["message"] as? String == "no model is called `fst`")
    #expect((first["hint"] as? String)?.contains("`fast`") == true)
    let second = try #require(models[2]["error"] as? [String: Any])
    #expect(second["causes"] as? [String] == ["the commit is \(try await model.commitID())"])
    #expect(run.errors.contains("error: no model is called `fst`"))
  }

  @Test func `what stops the command as a whole is its last line`() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "--json", "fast", "--registry", sandbox.write("[", to: "models.json"))
    #expect(run.status == 2)
    let last = try #require(try events(run).last)
    #expect(last["event"] as? String == "error")
    #expect(last["status"] as? Int == 2)
    #expect((last["error"] as? [String: Any])?["code"] as? String == "usage")
  }

  @Test func `a dry run ends with its plan`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "--json", "--dry-run", model.url() + ":weights", "nosuch")
    #expect(run.status == 1)
    let plan = try #require(try events(run).last)
    #expect(plan["event"] as? String == "plan")
    #expect(plan["status"] as? Int == 1)
    #expect(plan["cacheDirectory"] as? String == sandbox.cache)
    #expect(plan["freeSpace"] as? Int ?? 0 > 0)
    let models = try #require(plan["models"] as? [[String: Any]])
    let files = try #require(models[0]["files"] as? [[String: Any]])
    let paths = files.compactMap { $0["path"] as? String }
    let listed = try await model.git("ls-tree", "-r", "--name-only", "-z", "main", "weights").split(separator: "\0")
    #expect(paths.sorted() == listed.map(String.init).sorted())
    #expect((models[1]["error"] as? [String: Any])?["code"] as? String == "notFound")
  }

  @Test func `an interrupted run ends its lines with the result`() async throws {
    let sandbox = try Sandbox()
    let host = try SilentHost()
    let run = try sandbox.start(["get", "--json", "http://127.0.0.1:\(host.port)/org/model"])
    try await host.waitForConnection()
    run.send(SIGINT)
    let outcome = try await run.outcome()
    #expect(outcome.status == 130)
    let last = try #require(try events(outcome).last)
    #expect(last["event"] as? String == "result")
    #expect(last["status"] as? Int == 130)
  }

  @Test func `a resumed object tells how much of it was there`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(48 << 20))
    try await model.commit(["big.bin": pointer.text])
    let words = ["get", model.url() + ":big.bin", "--connections", "1"]
    let first = try sandbox.stop(words, inTheMiddleOf: pointer.oid, after: 9 << 20)
    first.send(SIGKILL)
    _ = try await first.outcome()
    let kept = sandbox.journalledBytes(of: pointer.oid)
    let events = try events(try await sandbox.start(words + ["--json"]).outcome())
    let started = try #require(events.first { $0["event"] as? String == "object-started" })
    #expect(started["resumed"] as? Int == kept)
    let finished = try #require(events.first { $0["event"] as? String == "finished" })
    #expect(finished["downloaded"] as? Int == pointer.size - kept)
    #expect(finished["reused"] as? Int == kept)
  }
}

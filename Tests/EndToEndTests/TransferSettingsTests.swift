import Fixtures
import Foundation
import Testing

/// `lfs.concurrenttransfers`, `lfs.transfer.maxretries` and `lfs.transfer.maxretrydelay` as an LFS server sees them,
/// beside the real git-lfs.
@Suite struct TransferSettingsTests {
  /// Two dozen of the sample's objects.
  private static let some = "shards/part-00*,shards/part-01*,shards/part-020.bin,shards/part-021.bin"
  private static let one = "nested/a/b/c/deep.bin"

  /// A server of the objects that the paths of the model name.
  private func server(
    _ model: ServedModel, _ paths: [String], link: FaultServer.Link = .init(), faults: [FaultServer.Fault] = [],
    batch: [FaultServer.Fault] = []
  ) async throws -> (FaultServer, oids: [String]) {
    var contents: [String: [UInt8]] = [:]
    for path in paths {
      let oid = try await model.pointer(path).oid
      contents[oid] = Array(try #require(bytes(model.objects + "/" + oid)))
    }
    let all = contents.mapValues { _ in faults }
    let server = try FaultServer.lfs(
      BatchAnswer(contents: contents), batchFaults: batch, objectFaults: all, link: link)
    return (server, Array(contents.keys))
  }

  /// How many objects are asked for at once, at most.
  private func peak(_ server: FaultServer) -> Int {
    server.requests().filter { $0.path.hasPrefix("/objects/") }.map(\.simultaneous).max() ?? 0
  }

  static let programs = [["git", "lfs"], [Sandbox.program]]

  /// Each answer takes a while, so that as many are asked for at once as may be.
  @Test(arguments: [1, 3, nil])
  func `so many objects are asked for at once`(_ count: Int?) async throws {
    let model = try ServedModel()
    let paths = (0..<22).map { "shards/part-0\($0 < 10 ? "0" : "")\($0).bin" }
    let settings = count.map { ["-c", "lfs.concurrenttransfers=\($0)"] } ?? []
    // The more there may be, the longer until a busy machine has asked for all of them.
    let pause = Duration.milliseconds(count.map { $0 == 1 ? 10 : 150 } ?? 600)
    func serve() async throws -> (FaultServer, [String]) {
      let (server, _) = try await server(model, paths, link: .init(roundTrip: pause))
      return (server, settings + ["-c", "lfs.url=\(server.address)/lfs", "-c", "lfs.fetchinclude=\(Self.some)"])
    }
    for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
      let (server, words) = try await serve()
      let machine = try await GitMachine(filters)
      let run = try await machine.run("git", ["clone", "--quiet"] + words + [model.url(), "clone"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(peak(server) == count ?? 8, "\(filters)")
      #expect(server.requests().count { $0.path.hasPrefix("/objects/") } == paths.count)
    }
    for program in Self.programs {
      let (server, words) = try await serve()
      let machine = try await GitMachine(.gitLFS)
      let clone = try await machine.run(
        "git", ["clone", "--quiet"] + words + [model.url(), "clone"], environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      try #require(clone.status == 0)
      let run = try await machine.run(program[0], program.dropFirst() + ["pull"], in: machine.work + "/clone")
      #expect(run.status == 0, "\(run.errors)")
      #expect(peak(server) == count ?? 8, "\(program)")
    }
  }

  /// Fetches one object with these settings and says how often it was asked for.
  private func tries(
    _ program: [String], _ model: ServedModel, _ server: FaultServer, oid: String, settings: [String]
  ) async throws -> (status: Int32, requests: [FaultServer.Request]) {
    let (machine, clone) = try await GitMachine.pointers(of: model, "-c", "lfs.url=\(server.address)/lfs")
    for setting in settings {
      let parts = setting.split(separator: "=").map(String.init)
      try await machine.git("config", parts[0], parts[1], in: clone)
    }
    let run = try await machine.run(program[0], program.dropFirst() + ["fetch", "-I", Self.one], in: clone)
    return (run.status, server.requests("/objects/\(oid)"))
  }

  @Test(arguments: [500, 503])
  func `an object is asked for so often`(_ status: Int) async throws {
    let model = try ServedModel()
    for (retries, failures, isFetched) in [(1, Int.max, false), (3, .max, false), (3, 3, true)] {
      var counts: [Int] = []
      for program in Self.programs {
        let (server, oids) = try await server(model, [Self.one], faults: [.status(status).first(failures)])
        let (status, requests) = try await tries(
          program, model, server, oid: oids[0], settings: ["lfs.transfer.maxretries=\(retries)"])
        #expect((status == 0) == isFetched, "\(program)")
        counts.append(requests.count)
      }
      #expect(counts == [retries + 1, retries + 1])
    }
  }

  /// git-lfs gives up when the server fails to say where the objects are; lfsfetch asks again, as often as may be.
  @Test func `the server is asked again where the objects are`() async throws {
    let model = try ServedModel()
    let (server, oids) = try await server(model, [Self.one], batch: [.status(503).first(2)])
    let (status, requests) = try await tries(
      [Sandbox.program], model, server, oid: oids[0], settings: ["lfs.transfer.maxretries=2"])
    #expect(status == 0)
    #expect(requests.count == 1)
    #expect(server.requests("/lfs/objects/batch").count == 3)
  }

  /// The pauses double: without a bound the last of these would be four seconds and more.
  @Test func `pauses are as long as they may be`() async throws {
    let model = try ServedModel()
    try await withThrowingTaskGroup { group in
      for program in Self.programs {
        group.addTask {
          let (server, oids) = try await self.server(model, [Self.one], faults: [.status(503)])
          let (status, requests) = try await self.tries(
            program, model, server, oid: oids[0],
            settings: ["lfs.transfer.maxretries=6", "lfs.transfer.maxretrydelay=1"])
          #expect(status != 0)
          #expect(requests.count == 7, "\(program)")
          let pauses = zip(requests, requests.dropFirst()).map { $0.time.duration(to: $1.time) }
          #expect(pauses.allSatisfy { $0 < .seconds(4) }, "\(pauses)")
          #expect(pauses.reduce(.zero, +) > .seconds(1), "\(pauses)")
        }
      }
      try await group.waitForAll()
    }
  }
}

import Foundation
import Testing

/// Several processes, one cache.
@Suite struct SharingTests {
  @Test(arguments: [2, 5]) func `processes that want the same object at once download it once`(_ count: Int)
    async throws
  {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(32 << 20))
    try await model.commit(["big.bin": pointer.text])
    let weights = try await model.pointer("weights/model.bin")
    let runs = try (0..<count).map { _ in
      try sandbox.start(["get", model.url() + ":big.bin", model.url() + ":weights/model.bin"])
    }
    var outputs: Set<String> = []
    for run in runs {
      let outcome = try await run.outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      outputs.insert(outcome.output)
    }
    #expect(outputs.count == 1)
    let paths = try #require(outputs.first).split(separator: "\n").map(String.init)
    try #require(paths.count == 2)
    #expect(try await sha256(paths[0]) == pointer.oid)
    #expect(try await sha256(paths[1]) == weights.oid)
    #expect(try await model.requests().objects.bodyBytes == pointer.size + weights.size)
    #expect(sandbox.partialDownloads == [])
  }

  @Test func `processes that fill the same snapshot and folder with different files do not disturb each other`()
    async throws
  {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let selections = ["weights", "shards", "texts", "scripts", "small"]
    let runs = try selections.map { try sandbox.start(["get", "\(model.url()):\($0)", "--to", "out"]) }
    for run in runs {
      let outcome = try await run.outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let expected = try await model.git("ls-tree", "-r", "--name-only", "-z", "main").split(separator: "\0")
      .map(String.init).filter { path in selections.contains { path.hasPrefix($0 + "/") } }
    #expect(FileTree.paths(in: sandbox.work + "/out") == expected.sorted())
  }

  @Test func `a process goes on with what another that was killed has downloaded`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(64 << 20))
    try await model.commit(["big.bin": pointer.text])
    let url = model.url() + ":big.bin"
    let first = try sandbox.stop(["get", url, "--connections", "1"], inTheMiddleOf: pointer.oid, after: 9 << 20)
    let second = try sandbox.start(["get", url])
    try await Task.sleep(for: .milliseconds(300))
    // The second waits while the first holds the object.
    #expect(sandbox.cachedFiles("objects") == [])
    first.send(SIGKILL)
    _ = try await first.outcome()
    let outcome = try await second.outcome()
    #expect(outcome.status == 0)
    #expect(try await sha256(outcome.path) == pointer.oid)
    // What the first had been sent but not yet written may be asked for again: one chunk and the socket's buffers.
    #expect(try await model.requests().objects.bodyBytes <= pointer.size + (8 << 20))
  }

  #if os(Linux)
    // MARK: Where the file system has no byte-range locks

    @Test(arguments: [ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL]) func `without locks, too, an object is downloaded once`(
      _ reason: Int32
    ) async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      let environment = try await RefusedLocks.environment(in: sandbox, reason: reason)
      let pointer = try await model.addObject(noise(32 << 20))
      try await model.commit(["big.bin": pointer.text])
      let weights = try await model.pointer("weights/model.bin")
      let runs = try (0..<3).map { number in
        let arguments = ["get", model.url() + ":big.bin", model.url() + ":weights/model.bin"]
        // The last one would get byte-range locks: what the others found out counts for it, too. It begins when they
        // have.
        let start = ContinuousClock.now
        while number == 2 && fileStatus(sandbox.cache + "/partial/locks.holders") == nil {
          usleep(500)
          try #require(ContinuousClock.now - start < .seconds(60), "nobody was refused")
        }
        return try sandbox.start(arguments, environment: number == 2 ? [:] : environment)
      }
      for run in runs {
        let outcome = try await run.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      #expect(try await model.requests().objects.bodyBytes == pointer.size + weights.size)
      #expect(sandbox.partialDownloads == [])
      // The run's marker and its holder are gone with it; the record that there are no locks stays.
      #expect(sandbox.cachedFiles("runs") == [])
      #expect(FileManager.default.fileExists(atPath: sandbox.cache + "/partial/locks.holders"))
    }

    @Test func `without locks, too, a killed process is followed at once, by one`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      let environment = try await RefusedLocks.environment(in: sandbox, reason: ENOLCK)
      let pointer = try await model.addObject(noise(64 << 20))
      try await model.commit(["big.bin": pointer.text])
      let url = model.url() + ":big.bin"
      let first = try sandbox.stop(
        ["get", url, "--connections", "1"], inTheMiddleOf: pointer.oid, after: 9 << 20, environment: environment)
      let others = try (0..<4).map { _ in try sandbox.start(["get", url], environment: environment) }
      try await Task.sleep(for: .milliseconds(300))
      // The others wait while the first holds the object.
      #expect(sandbox.cachedFiles("objects") == [])
      let killed = ContinuousClock.now
      first.send(SIGKILL)
      _ = try await first.outcome()
      for other in others {
        let outcome = try await other.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await sha256(outcome.path) == pointer.oid)
      }
      #expect(ContinuousClock.now - killed < .seconds(50), "nobody waits the minute that another machine would have to")
      // What the first had been sent but not yet written may be asked for again: one chunk and the socket's buffers.
      #expect(try await model.requests().objects.bodyBytes <= pointer.size + (8 << 20))
      #expect(sandbox.cachedFiles("partial/locks.holders") == [])
      // Its marker was cleaned up by the next run that began after it was killed, or will be.
      try await sandbox.path("get", url, environment: environment)
      #expect(sandbox.cachedFiles("runs") == [])
    }
  #endif
}

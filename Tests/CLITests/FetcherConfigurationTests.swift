import LFSFetch
import Testing

@testable import CLI

struct FetcherConfigurationTests {
  private func configuration(_ words: [String]) throws -> FetcherConfiguration {
    try FetcherConfiguration(try ArgumentParser.parse(["fast"] + words, for: Get.specification))
  }

  @Test func everyOptionReachesTheLibrary() throws {
    let configuration = try configuration([
      "--cache", "c", "--registry", "r1", "--registry", "r2", "--jobs", "3", "--connections", "5",
      "--connections-per-host", "4", "--offline",
      "--to", "d", "--link", "hardlink", "--limit-rate", "1.5M", "--window", "22:00-06:00", "--retries", "7",
      "--timeout", "12",
    ])
    #expect(configuration.limitRate == ByteRate(bytesPerSecond: 1_500_000))
    #expect(configuration.window == TimeWindow("22:00-06:00"))
    #expect(configuration.retries == 7)
    #expect(configuration.timeout == .seconds(12))
    #expect(configuration.cacheDirectory == "c")
    #expect(configuration.registryFiles.suffix(2) == ["r1", "r2"])
    #expect(configuration.jobs == 3)
    #expect(configuration.connections == 5)
    #expect(configuration.connectionsPerHost == 4)
    #expect(configuration.offline)
    #expect(configuration.destination == "d")
    #expect(configuration.link == .hardlink)
    #expect(try self.configuration(["--refresh"]).refresh)
  }

  @Test func retriesMayGoOnForEver() throws {
    #expect(try configuration(["--retries", "forever"]).retries == nil)
    #expect(try configuration([]).retries == 4)
  }

  @Test(arguments: [
    (["--limit-rate", "fast"], "`--limit-rate` takes a rate such as `800k` or `10M`, not `fast`"),
    (["--window", "22-6"], "`--window` takes hours such as `22:00-06:00`, not `22-6`"),
    (["--retries", "-1"], "`--retries` takes a number, or `forever`, not `-1`"),
  ])
  func valuesThatMakeNoSenseAreUsageErrors(words: [String], message: String) throws {
    let words = ["\(words[0])=\(words[1])"]
    #expect(throws: FetchError(.usage, message)) { try configuration(words) }
  }

  @Test func withoutOptionsTheLibraryChooses() throws {
    let configuration = try configuration([])
    let standard = FetcherConfiguration()
    #expect(configuration.cacheDirectory == standard.cacheDirectory)
    #expect(configuration.registryFiles == standard.registryFiles)
    #expect(configuration.jobs == standard.jobs)
    #expect(configuration.connections == standard.connections)
    #expect(!configuration.offline && !configuration.refresh)
    // As the help of the three says.
    #expect(configuration.jobs == 128 && configuration.connections == 64 && configuration.connectionsPerHost == 32)
    #expect(configuration.destination == nil && configuration.link == nil)
  }
}

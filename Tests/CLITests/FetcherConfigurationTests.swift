import LFSFetch
import Testing

@testable import CLI

struct FetcherConfigurationTests {
  private func configuration(_ words: [String]) throws -> FetcherConfiguration {
    FetcherConfiguration(try ArgumentParser.parse(["fast"] + words, for: Get.specification))
  }

  @Test func everyOptionReachesTheLibrary() throws {
    let configuration = try configuration([
      "--cache", "c", "--registry", "r1", "--registry", "r2", "--jobs", "3", "--connections", "5", "--offline",
      "--to", "d", "--link", "hardlink",
    ])
    #expect(configuration.cacheDirectory == "c")
    #expect(configuration.registryFiles.suffix(2) == ["r1", "r2"])
    #expect(configuration.jobs == 3)
    #expect(configuration.connections == 5)
    #expect(configuration.offline)
    #expect(configuration.destination == "d")
    #expect(configuration.link == .hardlink)
    #expect(try self.configuration(["--refresh"]).refresh)
  }

  @Test func withoutOptionsTheLibraryChooses() throws {
    let configuration = try configuration([])
    let standard = FetcherConfiguration()
    #expect(configuration.cacheDirectory == standard.cacheDirectory)
    #expect(configuration.registryFiles == standard.registryFiles)
    #expect(configuration.jobs == standard.jobs)
    #expect(configuration.connections == standard.connections)
    #expect(!configuration.offline && !configuration.refresh)
    // As the help of the two says.
    #expect(configuration.jobs == 8 && configuration.connections == 8)
    #expect(configuration.destination == nil && configuration.link == nil)
  }
}

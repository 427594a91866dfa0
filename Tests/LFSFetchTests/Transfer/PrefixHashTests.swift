import Files
import Fixtures
import Testing

@testable import LFSFetch

@Suite struct PrefixHashTests {
  private let folder: TemporaryFolder
  private let content = bytes(count: 5_000_000)
  private let file: File

  init() throws {
    folder = try TemporaryFolder()
    file = try File.open(folder("file"), .readWriteOrCreate)
  }

  @Test(arguments: [[], [5_000_000], [1, 2_000_000, 1_000_000, 4_999_999], [3_000_000, 3_000_000, 100]] as [[Int64]])
  func `follows the file as it grows`(steps: [Int64]) async throws {
    let hash = PrefixHash(of: file)
    var written = 0
    for step in steps {
      if step > written {
        try file.write(Array(content[written..<Int(step)]), at: Int64(written))
        written = Int(step)
      }
      hash.advance(to: step)
    }
    try file.write(Array(content[written...]), at: Int64(written))
    #expect(try await hash.finish(size: Int64(content.count)) == SHA256.hash(content))
  }

  @Test func `parts of a chunk that come out of order`() async throws {
    let hash = PrefixHash(of: file)
    try file.write(Array(content[2_000_000...]), at: 2_000_000)
    hash.advance(to: 0)
    try file.write(Array(content[..<2_000_000]), at: 0)
    hash.advance(to: 5_000_000)
    #expect(try await hash.finish(size: 5_000_000) == SHA256.hash(content))
  }

  @Test func `only the bytes of the object count`() async throws {
    try file.write(content + [1, 2, 3], at: 0)
    #expect(try await PrefixHash(of: file).finish(size: Int64(content.count)) == SHA256.hash(content))
    #expect(try await PrefixHash(of: file).finish(size: 0) == SHA256.hash([]))
  }

  @Test func `a file that cannot be read is an error, not a digest`() async throws {
    let unreadable = try File.open(folder.path, .read)
    let error = await #expect(throws: FileError.self) { try await PrefixHash(of: unreadable).finish(size: 10) }
    #expect(error?.operation == "read")
    #expect(error?.path == folder.path)
  }
}

import Git
import Testing

@testable import LFSFetch

struct TotalSizeTests {
  @Test(
    arguments: [
      ([], 0), ([1, 2], 3), ([.max, 0], .max), ([.max, 1], .max), ([.max, .max, .max], .max),
      ([1 << 62, 1 << 62], .max),
    ] as [([Int64], Int64)]) func `sums`(sizes: [Int64], total: Int64)
  {
    #expect(sizes.totalSize { $0 } == total)
  }

  /// Each size may be one that a file can have; half a million of the largest are more than can be counted.
  @Test func `more files than can be counted are announced, and do not end the program`() async throws {
    let count = 1 << 19
    let path = try RepositoryPath(validating: "a")
    let files = (0...count).map { index in
      SelectedFile(
        path: path, mode: .regular, oid: SHA256Digest(hex: hex(index)) ?? digest("0"), size: Pointer.largestObject)
    }
    let resolution = Resolution(sourceName: "x", commit: nil, reference: nil, files: files)
    #expect(resolution.totalSize == .max)
    #expect(resolution.objects.totalSize { $0.size } == .max)
  }

  private func hex(_ index: Int) -> String {
    let digits = String(index, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }
}

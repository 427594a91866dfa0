import Testing

@testable import LFSFetch

@Suite struct LockedPathsTests {
  /// A list as git-lfs writes it, but for the parts between the strings.
  private func list(_ paths: [String]) -> LockedPaths {
    LockedPaths(
      list: paths.flatMap { path in
        let count = path.utf8.count
        let length: [UInt8] = count < 128 ? [UInt8(count)] : count < 256 ? [0xff, UInt8(count)] : [0xfe, 1, 44]
        return [0x10, 0x01] + length + Array(path.utf8) + [0xff, 0x82]
      })
  }

  static let long = String(repeating: "a", count: 200)
  static let longer = String(repeating: "b", count: 300)

  @Test(arguments: ["a.dat", "folder/größe.bin", long, longer]) func `a path that is locked`(_ path: String) {
    #expect(list(["other", path]).contains(Array(path.utf8)))
  }

  @Test(arguments: [
    "b.dat", "a.da", ".dat", "folder/a.dat", String(long.dropLast()), long + "a", String(longer.dropLast()),
  ])
  func `a path that is not`(_ path: String) {
    #expect(!list(["a.dat", Self.long, Self.longer]).contains(Array(path.utf8)))
    #expect(!LockedPaths(list: []).contains(Array(path.utf8)))
  }
}

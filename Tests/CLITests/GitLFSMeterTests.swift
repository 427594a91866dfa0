import Testing

@testable import CLI

@Suite struct GitLFSMeterTests {
  @Test(
    arguments: [
      (5, 5, 95, 0.0, "Checking out LFS objects: 100% (5/5), 95 B | 0 B/s, done."),
      (0, 1, 0, 2.0, "Checking out LFS objects:   0% (0/1), 0 B | 0 B/s"),
      (2, 3, 3000, 2.0, "Checking out LFS objects:  66% (2/3), 3.0 KB | 1.5 KB/s"),
    ] as [(Int, Int, Int64, Double, String)])
  func `the line of git-lfs`(_ done: Int, _ all: Int, _ bytes: Int64, _ seconds: Double, _ expected: String) {
    let line = GitLFSMeter.line(
      "Checking out", .init(files: done, bytes: bytes), of: .init(files: all), seconds: seconds)
    #expect(line == expected)
  }
}

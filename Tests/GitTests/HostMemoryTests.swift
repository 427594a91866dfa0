import Foundation
import HTTP
import Testing

@testable import Git

@Suite struct HostMemoryTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/lfsfetch-hosts-\(UUID().uuidString)"
  private let origin: Origin

  init() throws {
    origin = try HTTPURL("https://[::1]:8443").origin
  }

  @Test func `a rung is remembered for an origin, by the next run too`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    HostMemory(folder: folder).remember(.noBlobs, for: origin)
    #expect(HostMemory(folder: folder).rung(for: origin) == .noBlobs)
    #expect(HostMemory(folder: folder).rung(for: try HTTPURL("https://[::1]").origin) == nil)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files == ["https_---1-_8443"])
    let file = folder + "/" + (try #require(files.first))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "blob:none\n")

    try "nonsense".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(HostMemory(folder: folder).rung(for: origin) == nil)
  }

  @Test func `after a week it is forgotten`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    HostMemory(folder: folder).remember(.noBlobs, for: origin)
    let old = Date(timeIntervalSinceNow: -8 * 24 * 3600)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: folder + "/https_---1-_8443")
    #expect(HostMemory(folder: folder).rung(for: origin) == nil)
  }

  @Test func `a folder that cannot be written does no harm`() {
    let memory = HostMemory(folder: "/dev/null/hosts")
    memory.remember(.everything, for: origin)
    #expect(memory.rung(for: origin) == .everything)
  }
}

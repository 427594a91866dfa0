import Foundation
import Testing

@testable import CLI

struct StandardStreamTests {
  @Test func aTextLargerThanAPipeArrivesWhole() async throws {
    let pipe = Pipe()
    let text = String(repeating: "0123456789", count: 50_000)
    let reader = Task.detached { pipe.fileHandleForReading.readDataToEndOfFile() }
    let stream = StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    stream.write(text)
    stream.writeLine("end")
    try pipe.fileHandleForWriting.close()
    #expect(await reader.value == Data((text + "end\n").utf8))
    #expect(stream.failureReason == nil)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsRemembered() throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let stream = StandardStream(descriptor: full.fileDescriptor)
    stream.write("x")
    #expect(stream.failureReason == "No space left on device")
  }
}

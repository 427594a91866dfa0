#if os(Linux)
  import Foundation
  import Testing

  /// Files of this machine on a file system that can share blocks between files. A library stands in for such a one,
  /// because the machines that run tests seldom have it: it copies where the system is asked to share.
  @Suite(
    .enabled(
      if: !ProcessInfo.processInfo.environment.keys.contains { $0.hasSuffix("SAN_OPTIONS") },
      "a sanitizer must be loaded before all other libraries"))
  struct SharedBlocksTests {
    private let sandbox: Sandbox
    private let environment: [String: String]
    private var source: String { sandbox.folder + "/model.bin" }
    private var log: String { sandbox.folder + "/shared" }

    init() async throws {
      sandbox = try Sandbox()
      let text = try sandbox.write(Self.library, to: "share.c")
      let library = sandbox.folder + "/share.so"
      try await Tool.run("cc", ["-shared", "-fPIC", "-o", library, text])
      environment = ["LD_PRELOAD": library, "SHARE_LOG": sandbox.folder + "/shared"]
      try noise(3_000_000).write(to: URL(filePath: sandbox.folder + "/model.bin"))
    }

    /// `FICLONE` that notes that it was called; with `SHARE_WRONGLY` the first byte is another one.
    private static let library = #"""
      #include <fcntl.h>
      #include <linux/fs.h>
      #include <stdarg.h>
      #include <stdlib.h>
      #include <sys/ioctl.h>
      #include <sys/syscall.h>
      #include <unistd.h>

      int ioctl(int to, unsigned long request, ...) {
        va_list arguments;
        va_start(arguments, request);
        long argument = va_arg(arguments, long);
        va_end(arguments);
        if (request != FICLONE) return syscall(SYS_ioctl, to, request, argument);
        int log = open(getenv("SHARE_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (write(log, "x", 1) != 1) return -1;
        close(log);
        static char buffer[65536];
        ssize_t count;
        for (off_t offset = 0; (count = pread((int)argument, buffer, sizeof buffer, offset)) > 0; offset += count) {
          if (offset == 0 && getenv("SHARE_WRONGLY")) buffer[0] ^= 1;
          if (pwrite(to, buffer, count, offset) != count) return -1;
        }
        return 0;
      }

      """#

    @Test func `nothing is copied, and the bytes are hashed`() async throws {
      let run = try await sandbox.run("get", source, environment: environment)
      #expect(run.status == 0, "\(run.errors)")
      // Into the store, and from there into the snapshot.
      #expect(bytes(log) == Data("xx".utf8))
      #expect(bytes(run.path) == noise(3_000_000))
      let oid = try await sha256(source)
      #expect(sandbox.cachedFiles("objects") == ["\(oid.prefix(2))/\(oid.dropFirst(2))"])
      #expect(mode(sandbox.cache + "/objects/\(oid.prefix(2))/\(oid.dropFirst(2))") == 0o444)
      #expect(sandbox.partialDownloads == [])
      #expect(try await sandbox.run("verify", source).status == 0)
    }

    @Test func `what is shared wrongly is refused`() async throws {
      let oid = try await sha256(source)
      let registry = try sandbox.registry(
        #""m": {"source": "\#(source)", "objects": {"model.bin": {"sha256": "\#(oid)", "size": 3000000}}}"#)
      let words = ["get", "m", "--registry", registry]
      let wrong = environment.merging(["SHARE_WRONGLY": "1"]) { $1 }
      let run = try await sandbox.start(words, environment: wrong).outcome()
      #expect(run.status == 6)
      #expect(run.errors.contains("do not have the SHA-256 that they should have"), "\(run.errors)")
      #expect(bytes(log)?.isEmpty == false)
      #expect(sandbox.cachedFiles("objects") == [])
      #expect(sandbox.partialDownloads == [])
      #expect(bytes(try await sandbox.path("get", "m", "--registry", registry)) == noise(3_000_000))
    }
  }
#endif

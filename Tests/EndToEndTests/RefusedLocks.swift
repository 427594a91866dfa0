#if os(Linux)
  /// A file system without byte-range locks, as the program sees it: a library loaded before it answers for the system
  /// when a lock of an open file is asked for, and passes everything else on.
  enum RefusedLocks {
    /// The variables with which a program is refused its locks, with this reason.
    static func environment(in sandbox: Sandbox, reason: Int32) async throws -> [String: String] {
      let source = try sandbox.write(code, to: "refused-locks.c")
      let library = sandbox.folder + "/refused-locks-\(reason).so"
      try await Tool.run("cc", ["-shared", "-fPIC", "-DREASON=\(reason)", "-o", library, source])
      return ["LD_PRELOAD": library]
    }

    private static let code = """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <stdarg.h>
      #include <sys/syscall.h>
      #include <unistd.h>

      static int answer(int file, int command, long argument) {
        if (command >= 36 && command <= 38) { /* F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW */
          errno = REASON;
          return -1;
        }
        return (int)syscall(SYS_fcntl, file, command, argument);
      }

      #define ANSWER(name)                        \\
        int name(int file, int command, ...) {    \\
          va_list list;                           \\
          va_start(list, command);                \\
          long argument = va_arg(list, long);     \\
          va_end(list);                           \\
          return answer(file, command, argument); \\
        }

      ANSWER(fcntl)
      ANSWER(fcntl64)
      """
  }
#endif

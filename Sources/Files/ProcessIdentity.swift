import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which process, on which machine since which start of it: by this others can tell whether it still lives.
struct ProcessIdentity: Sendable, Equatable {
  enum Life: Sendable { case alive, gone, unknown }

  /// The machine's boot, and the space in which its process numbers count: containers have numbers of their own. nil
  /// when the system does not tell; then the process can be known to nobody.
  let machine: String?
  let number: Int32
  /// When it began, in the system's own unit: numbers are given out again.
  let started: UInt64

  static let own = ProcessIdentity(
    machine: startTime(of: getpid()) == nil ? nil : machineOfNumbers(), number: getpid(),
    started: startTime(of: getpid()) ?? 0)

  /// Three parts, without a slash, between dots.
  var text: String { "\(machine ?? Self.unknownMachine).\(number).\(started)" }

  private static let unknownMachine = "unknown"

  init(machine: String?, number: Int32, started: UInt64) {
    (self.machine, self.number, self.started) = (machine, number, started)
  }

  init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, let number = Int32(parts[1]), number > 0,
      let started = UInt64(parts[2])
    else { return nil }
    self.init(machine: parts[0] == Self.unknownMachine ? nil : String(parts[0]), number: number, started: started)
  }

  /// Whether the process lives, as far as can be seen from this one.
  var life: Life {
    guard let machine, machine == Self.own.machine else { return .unknown }
    if kill(number, 0) != 0 && errno == ESRCH { return .gone }
    guard let time = Self.startTime(of: number) else {
      // It ended just now, or belongs to somebody whose processes are hidden from us.
      return kill(number, 0) != 0 && errno == ESRCH ? .gone : .unknown
    }
    return time == started ? .alive : .gone
  }

  #if os(Linux)
    private static func machineOfNumbers() -> String? {
      // `/proc` may be that of other process numbers than ours; what it says of a number would be of another process.
      guard linkTarget("/proc/self") == "\(getpid())", let boot = currentBoot,
        let space = linkTarget("/proc/self/ns/pid")
      else { return nil }
      return boot + "-" + space.filter(\.isNumber)
    }

    /// nil when there is no such process to be seen; 0, which is nobody's, when it has ended and only its parent has
    /// not taken notice.
    static func startTime(of number: Int32) -> UInt64? {
      guard let bytes = try? readPseudoFile("/proc/\(number)/stat"),
        // The name of the program is in brackets and can contain anything.
        let end = bytes.lastIndex(of: UInt8(ascii: ")"))
      else { return nil }
      let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
      guard fields.count > 19 else { return nil }
      return fields[0] == "Z" || fields[0] == "X" ? 0 : UInt64(fields[19])
    }

    private static func linkTarget(_ path: String) -> String? {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        let count = readlink(path, buffer.baseAddress!, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  #else
    private static func machineOfNumbers() -> String? { currentBoot }

    static func startTime(of number: Int32) -> UInt64? {
      var names = [CTL_KERN, KERN_PROC, KERN_PROC_PID, number]
      var process = kinfo_proc()
      var size = MemoryLayout<kinfo_proc>.stride
      guard sysctl(&names, UInt32(names.count), &process, &size, nil, 0) == 0, size > 0 else { return nil }
      if Int32(process.kp_proc.p_stat) == SZOMB { return 0 }
      let start = process.kp_proc.p_starttime
      return UInt64(start.tv_sec) * 1_000_000 + UInt64(start.tv_usec)
    }
  #endif
}

/// Another one after every start of the machine, and no other machine's; without dots. nil when the system does not
/// tell.
package let currentBoot: String? = {
  #if os(Linux)
    guard let bytes = try? readPseudoFile("/proc/sys/kernel/random/boot_id") else { return nil }
    let boot = String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
  #else
    var bytes = [UInt8](repeating: 0, count: 64)
    var size = bytes.count
    guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
    let boot = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  #endif
  return boot.isEmpty || boot.contains(".") || boot.contains("/") ? nil : boot
}()

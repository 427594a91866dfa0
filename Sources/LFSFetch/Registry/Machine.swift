import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What this machine has for running a model, as far as the system tells without running programs.
package struct Machine: Sendable, Equatable {
  package struct Accelerator: Sendable, Equatable {
    package let name: String
    /// What is free of its own memory; nil where the system does not tell, or where it shares the main memory.
    package let memory: Int64?
  }

  /// Main memory that can be had without swapping.
  package var memory: Int64?
  package var accelerator: Accelerator?
  /// On the file system of the cache.
  package var disk: Int64?

  package init(memory: Int64?, accelerator: Accelerator? = nil, disk: Int64? = nil) {
    (self.memory, self.accelerator, self.disk) = (memory, accelerator, disk)
  }

  /// `root` is where the system's own files are looked for.
  package static func current(cache: Cache, root: String = "") -> Machine {
    let disk = Directory.freeSpace(at: cache.root)
    #if canImport(Darwin)
      return Machine(memory: physicalMemory, accelerator: builtInAccelerator, disk: disk)
    #else
      let memory = [availableMemory(root), ControlGroup.freeMemory(root)].compactMap { $0 }.min()
      return Machine(memory: memory, accelerator: graphicsCard(root) ?? nvidia(root), disk: disk)
    #endif
  }

  // MARK: Linux

  static func availableMemory(_ root: String) -> Int64? {
    let lines = text(root + "/proc/meminfo").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("MemAvailable:") }) else { return nil }
    return line.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 * 1024 }
  }

  /// amdgpu tells what its cards have.
  private static func graphicsCard(_ root: String) -> Accelerator? {
    let folder = root + "/sys/class/drm"
    let names = (try? Directory.list(folder)) ?? []
    return names.filter { $0.hasPrefix("card") && !$0.contains("-") }.compactMap { name -> Accelerator? in
      let device = folder + "/" + name + "/device/"
      guard let total = number(device + "mem_info_vram_total") else { return nil }
      let used = number(device + "mem_info_vram_used") ?? 0
      return Accelerator(name: "AMD GPU \(name)", memory: max(0, total - used))
    }.max { ($0.memory ?? 0) < ($1.memory ?? 0) }
  }

  /// NVIDIA's driver tells that a card is there and what it is called, but not its memory.
  private static func nvidia(_ root: String) -> Accelerator? {
    let folder = root + "/proc/driver/nvidia/gpus"
    for name in (try? Directory.list(folder)) ?? [] {
      let lines = text(folder + "/" + name + "/information").split(separator: "\n")
      let model = lines.first { $0.hasPrefix("Model:") }?.dropFirst(6).drop { $0 == " " || $0 == "\t" }
      return Accelerator(name: model.map(String.init) ?? "NVIDIA GPU", memory: nil)
    }
    let hasDevice = ((try? FileStatus.of(root + "/dev/nvidia0")) ?? nil) != nil
    return hasDevice ? Accelerator(name: "NVIDIA GPU", memory: nil) : nil
  }

  static func number(_ path: String) -> Int64? {
    Int64(text(path).prefix { $0.isNumber })
  }

  static func text(_ path: String) -> String {
    (try? readPseudoFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  // MARK: macOS

  #if canImport(Darwin)
    /// The system gives memory back by compressing and dropping what others have, so that all of it counts.
    private static var physicalMemory: Int64? {
      var size: Int64 = 0
      var length = MemoryLayout<Int64>.size
      return sysctlbyname("hw.memsize", &size, &length, nil, 0) == 0 ? size : nil
    }

    private static var builtInAccelerator: Accelerator? {
      var flag: Int32 = 0
      var length = MemoryLayout<Int32>.size
      let isAppleSilicon = sysctlbyname("hw.optional.arm64", &flag, &length, nil, 0) == 0 && flag == 1
      return isAppleSilicon ? Accelerator(name: "Apple GPU", memory: nil) : nil
    }
  #endif
}

/// The limits that Linux sets to the memory of groups of processes, such as containers.
enum ControlGroup {
  /// What is left of the tightest limit; nil where there is none.
  static func freeMemory(_ root: String) -> Int64? {
    var left: [Int64] = []
    for line in Machine.text(root + "/proc/self/cgroup").split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty {
        left += limits(root + "/sys/fs/cgroup", fields[2], "memory.max", "memory.current")
      } else if fields[1].split(separator: ",").contains("memory") {
        left += limits(root + "/sys/fs/cgroup/memory", fields[2], "memory.limit_in_bytes", "memory.usage_in_bytes")
      }
    }
    return left.min()
  }

  /// Of the group and those around it. In a container the group's own path may not be there; its root is.
  private static func limits(_ mount: String, _ group: String, _ limit: String, _ usage: String) -> [Int64] {
    var folder = group == "/" ? "" : group
    var found: [Int64] = []
    while true {
      let path = mount + folder + "/"
      // Version 1 writes "no limit" as a number of exabytes.
      if let maximum = Machine.number(path + limit), maximum < 1 << 50 {
        let used = (Machine.number(path + usage) ?? 0) - reclaimable(path + "memory.stat")
        found.append(max(0, maximum - max(0, used)))
      }
      guard !folder.isEmpty, let slash = folder.lastIndex(of: "/") else { return found }
      folder = String(folder[..<slash])
    }
  }

  /// Pages of files that were read lately count as used, and are given back when memory is needed.
  private static func reclaimable(_ path: String) -> Int64 {
    let lines = Machine.text(path).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("inactive_file ") } ?? lines.first { $0.hasPrefix("total_inactive_file ") }
    return line.flatMap { Int64($0.split(separator: " ")[1]) } ?? 0
  }
}

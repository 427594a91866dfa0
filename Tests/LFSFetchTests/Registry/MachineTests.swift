import Fixtures
import Testing

@testable import LFSFetch

#if os(Linux)
  /// What the system's files say about the machine.
  @Suite struct MachineTests {
    private static let available: Int64 = 32_000_000 * 1024
    private let folder: TemporaryFolder
    private let cache: Cache

    init() throws {
      folder = try TemporaryFolder()
      cache = Cache(root: folder("cache"))
      try folder.write(
        "MemTotal:       65000000 kB\nMemFree:         1000000 kB\nMemAvailable:   32000000 kB\n", to: "proc/meminfo")
    }

    private var machine: Machine { .current(cache: cache, root: folder.path) }

    @Test func `available memory and free disk`() throws {
      #expect(machine.memory == Self.available)
      #expect(machine.accelerator == nil)
      #expect(try #require(machine.disk) > 0)
    }

    @Test func `this very machine has some memory`() throws {
      #expect(try #require(Machine.current(cache: cache).memory) > 1 << 20)
    }

    @Test func `the tightest limit of a control group counts, without what can be given back`() throws {
      try folder.write("0::/a/b\n", to: "proc/self/cgroup")
      try folder.write("max\n", to: "sys/fs/cgroup/a/b/memory.max")
      try folder.write("8000000000\n", to: "sys/fs/cgroup/a/memory.max")
      try folder.write("5000000000\n", to: "sys/fs/cgroup/a/memory.current")
      try folder.write("anon 1\ninactive_file 3000000000\n", to: "sys/fs/cgroup/a/memory.stat")
      #expect(machine.memory == 6_000_000_000)
    }

    @Test func `control groups of the first version`() throws {
      try folder.write("11:cpu:/x\n4:memory:/docker/1\n", to: "proc/self/cgroup")
      // In a container the group's path is that of the machine around it.
      try folder.write("2000000000\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
      try folder.write("500000000\n", to: "sys/fs/cgroup/memory/memory.usage_in_bytes")
      #expect(machine.memory == 1_500_000_000)
      try folder.write("9223372036854771712\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
      #expect(machine.memory == Self.available)
    }

    @Test func `a card whose memory the driver tells`() throws {
      for (card, total) in [("card0", 8), ("card1", 24)] {
        try folder.write("\(total)000000000\n", to: "sys/class/drm/\(card)/device/mem_info_vram_total")
        try folder.write("1000000000\n", to: "sys/class/drm/\(card)/device/mem_info_vram_used")
      }
      try folder.write("", to: "sys/class/drm/card0-HDMI-A-1/status")
      #expect(machine.accelerator == .init(name: "AMD GPU card1", memory: 23_000_000_000))
    }

    @Test func `NVIDIA cards are seen by their driver, or by their device`() throws {
      try folder.write("", to: "dev/nvidia0")
      #expect(machine.accelerator == .init(name: "NVIDIA GPU", memory: nil))
      try folder.write(
        "Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   \t\t 98\n", to: "proc/driver/nvidia/gpus/0000:01:00.0/information")
      #expect(machine.accelerator == .init(name: "NVIDIA GeForce RTX 3090", memory: nil))
    }
  }
#endif

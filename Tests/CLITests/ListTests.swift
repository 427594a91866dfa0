import Testing

@testable import CLI
@testable import LFSFetch

struct ListTests {
  static let models = [
    ModelSummary(
      name: "mr_mt3", aliases: ["fast"], description: "Music \"transcription\"", source: "https://example.com/a",
      bytes: 183_672_643, isCached: true),
    ModelSummary(
      name: "yourmt3", aliases: ["multitask", "big"], description: nil, source: "https://example.com/b", bytes: nil,
      isCached: false),
  ]

  @Test func peopleGetATable() {
    #expect(
      List.text(Self.models) == """
        NAME     ALIASES             SIZE  CACHED
        mr_mt3   fast            183.7 MB  yes
        yourmt3  multitask, big         –  no

        """)
  }

  @Test func programsGetAnObjectALine() {
    #expect(
      List.lines(Self.models) == #"""
        {"name":"mr_mt3","aliases":["fast"],"description":"Music \"transcription\"","source":"https://example.com/a","bytes":183672643,"cached":true}
        {"name":"yourmt3","aliases":["multitask","big"],"source":"https://example.com/b","cached":false}

        """#)
  }
}

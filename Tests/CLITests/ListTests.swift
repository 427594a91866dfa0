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
      List.text(Self.models, []) == """
        NAME     ALIASES             SIZE  CACHED
        mr_mt3   fast            183.7 MB  yes
        yourmt3  multitask, big         –  no

        """)
  }

  @Test func programsGetAnObjectALine() {
    #expect(
      List.lines(Self.models, []) == #"""
        {"name":"mr_mt3","kind":"model","aliases":["fast"],"description":"Music \"transcription\"","source":"https://example.com/a","bytes":183672643,"cached":true}
        {"name":"yourmt3","kind":"model","aliases":["multitask","big"],"source":"https://example.com/b","cached":false}

        """#)
  }

  private static var withVariants: [ModelSummary] {
    var model = models[1]
    model.tags = ["music"]
    model.variants = [
      VariantSummary(
        name: "bf16", description: "whole", memory: 16_000_000_000, needsAccelerator: true, bytes: nil, isCached: false),
      VariantSummary(
        name: "q8", description: nil, memory: nil, needsAccelerator: false, bytes: 8_000_000_000, isCached: true),
    ]
    return [models[0], model]
  }

  private static let presets = [PresetSummary(name: "duo", description: nil, models: ["mr_mt3", "yourmt3:q8"])]

  @Test func variantsHaveAColumnAndPresetsATableWhereThereAreAny() {
    #expect(
      List.text(Self.withVariants, Self.presets) == """
        NAME     ALIASES             SIZE  CACHED  VARIANTS
        mr_mt3   fast            183.7 MB  yes
        yourmt3  multitask, big         –  yes     bf16, q8

        PRESET  MODELS
        duo     mr_mt3, yourmt3:q8

        """)
  }

  @Test func programsGetVariantsAndPresets() {
    let lines = List.lines(Self.withVariants, Self.presets).split(separator: "\n")
    #expect(
      lines[1]
        == #"{"name":"yourmt3","kind":"model","aliases":["multitask","big"],"tags":["music"],"#
        + #""source":"https://example.com/b","cached":false,"variants":["#
        + #"{"name":"bf16","description":"whole","memory":16000000000,"accelerator":true,"cached":false},"#
        + #"{"name":"q8","bytes":8000000000,"cached":true}]}"#)
    #expect(lines[2] == #"{"name":"duo","kind":"preset","models":["mr_mt3","yourmt3:q8"]}"#)
  }
}

import Testing

@testable import CLI
@testable import LFSFetch

struct InfoTests {
  static var details: ModelDetails {
    var details = ModelDetails(name: "mr_mt3", source: "https://example.com/a")
    details.aliases = ["fast", "small"]
    details.branch = "master"
    details.files = ["pretrained/mt3.pth", "pretrained/config.json"]
    details.main = "pretrained/mt3.pth"
    details.objects = [
      .init(path: "pretrained/mt3.pth", oid: "b8a3", size: 183_672_643), .init(path: "x", oid: "ae38", size: nil),
    ]
    details.mirrors = ["https://example.com/m"]
    return details
  }

  @Test func peopleGetAFactALine() {
    #expect(
      Info.text(Self.details) == """
        name         mr_mt3
        aliases      fast, small
        source       https://example.com/a
        branch       master
        files        pretrained/mt3.pth
                     pretrained/config.json
        main         pretrained/mt3.pth
        objects      183.7 MB  sha256:b8a3  pretrained/mt3.pth
                     sha256:ae38  x
        mirrors      https://example.com/m
        cached       no

        """)
  }

  @Test func programsGetOneObjectWithoutUnknownFacts() {
    #expect(
      Info.line(Self.details)
        == #"{"name":"mr_mt3","aliases":["fast","small"],"source":"https://example.com/a","branch":"master","#
        + #""files":["pretrained/mt3.pth","pretrained/config.json"],"main":"pretrained/mt3.pth","objects":["#
        + #"{"path":"pretrained/mt3.pth","oid":"b8a3","bytes":183672643},{"path":"x","oid":"ae38"}],"#
        + #""mirrors":["https://example.com/m"]}"# + "\n")
  }

  @Test func variantsAndPresets() {
    var details = ModelDetails(name: "m", source: nil)
    details.tags = ["a", "b"]
    details.layer = "lfsfetch.json"
    details.variants = [
      VariantSummary(
        name: "q8", description: "eight bits", memory: 10_000_000_000, needsAccelerator: true, bytes: 8_500_000_000,
        isCached: true)
    ]
    #expect(
      Info.text(details) == """
        name         m
        tags         a, b
        variants     q8  8.5 GB, needs 10.0 GB of memory, needs an accelerator, cached, eight bits
        registry     lfsfetch.json

        """)
    #expect(
      Info.text(PresetSummary(name: "duo", description: "two", models: ["a", "b:q8"])) == """
        name         duo
        description  two
        models       a
                     b:q8

        """)
  }
}

import Testing

@testable import CLI
@testable import LFSFetch

struct DryRunTests {
  static let plan = FetchPlan(
    models: [
      .init(
        model: "fast",
        files: .success([
          .init(path: "pretrained/mt3.pth", bytes: 183_672_643, cached: false),
          .init(path: "config.json", bytes: 466, cached: true),
        ])),
      .init(model: "gone", files: .failure(FetchError(.notFound, "no such model"))),
    ],
    bytes: 183_673_109, reused: 466, freeSpace: 12_000_000_000, cacheDirectory: "/cache")

  @Test func peopleGetATableAndTheSum() {
    #expect(
      DryRun.text(Self.plan) == """
        MODEL  FILE                    SIZE  CACHED
        fast   pretrained/mt3.pth  183.7 MB  no
        fast   config.json            466 B  yes
        183.7 MB to download, 466 B here already, 12.0 GB are free in /cache

        """)
  }

  @Test func aPlanOfNothingIsNoTable() {
    var plan = Self.plan
    plan.models.removeFirst()
    #expect(DryRun.text(plan) == "")
  }

  @Test func programsGetOneObject() {
    #expect(
      DryRun.line(Self.plan, .failed)
        == #"{"event":"plan","status":1,"models":[{"model":"fast","files":["#
        + #"{"path":"pretrained/mt3.pth","bytes":183672643,"cached":false},"#
        + #"{"path":"config.json","bytes":466,"cached":true}]},"#
        + #"{"model":"gone","error":{"code":"notFound","message":"no such model","causes":[]}}],"#
        + #""bytes":183673109,"reused":466,"freeSpace":12000000000,"cacheDirectory":"/cache"}"#)
  }

  @Test func aDiskThatIsTooSmallIsWarnedOf() {
    var plan = Self.plan
    #expect(DryRun.warning(plan) == nil)
    plan.freeSpace = 1_000_000
    #expect(DryRun.warning(plan) == "183.7 MB do not fit into the 1.0 MB that are free in /cache")
    plan.freeSpace = nil
    #expect(DryRun.warning(plan) == nil)
  }
}

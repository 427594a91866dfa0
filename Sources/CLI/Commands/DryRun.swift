import JSON
import LFSFetch
import Text

/// `lfsfetch get --dry-run`: prints what would be fetched, how many bytes, and the free space.
enum DryRun {
  static func report(
    _ plan: FetchPlan, _ display: ProgressDisplay, _ arguments: Arguments, _ console: Console
  ) -> ExitStatus {
    let status = ExitStatus(of: plan.models.map(\.files))
    // The interruption's own text takes the drawing away, and half a plan is none.
    if status == .interrupted { return status }
    display.close(summingUp: false)
    if arguments.has(.json) {
      console.output.writeLine(line(plan, status))
    } else {
      console.output.write(text(plan))
    }
    for case .failure(let error) in plan.models.map(\.files) {
      console.report(error)
    }
    if !arguments.has(.quiet), let warning = warning(plan) { console.warn(warning) }
    return status
  }

  static func text(_ plan: FetchPlan) -> String {
    var table = Table(heading: ["MODEL", "FILE", "SIZE", "CACHED"], rightAligned: [2])
    for model in plan.models {
      guard case .success(let files) = model.files else { continue }
      table.rows += files.map { [model.model, $0.path, Quantity.bytes($0.bytes), $0.cached ? "yes" : "no"] }
    }
    guard !table.rows.isEmpty else { return "" }
    let free = plan.freeSpace.map { ", \(Quantity.bytes($0)) are free in" } ?? ", in"
    return table.text
      + "\(Quantity.bytes(plan.bytes - plan.reused)) to download, \(Quantity.bytes(plan.reused)) here already"
      + "\(free) \(plan.cacheDirectory.escapingControls)\n"
  }

  static func line(_ plan: FetchPlan, _ status: ExitStatus) -> String {
    let models = plan.models.map { model -> JSON in
      switch model.files {
      case .success(let files):
        .object([
          ("model", .string(model.model)),
          (
            "files",
            .array(
              files.map {
                .object([("path", .string($0.path)), ("bytes", .integer($0.bytes)), ("cached", .bool($0.cached))])
              })
          ),
        ])
      case .failure(let error):
        .object([("model", .string(model.model)), ("error", EventLine.json(error))])
      }
    }
    return JSON.object([
      ("event", .string("plan")), ("status", .integer(status.rawValue)), ("models", .array(models)),
      ("bytes", .integer(plan.bytes)), ("reused", .integer(plan.reused)),
      ("freeSpace", plan.freeSpace.map { .integer($0) }), ("cacheDirectory", .string(plan.cacheDirectory)),
    ]).text
  }

  static func warning(_ plan: FetchPlan) -> String? {
    guard let free = plan.freeSpace, plan.bytes - plan.reused > free else { return nil }
    return
      "\(Quantity.bytes(plan.bytes - plan.reused)) do not fit into the \(Quantity.bytes(free)) that are free in "
      + plan.cacheDirectory
  }
}

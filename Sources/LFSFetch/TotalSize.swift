/// Sums of sizes that others announce. What is too much for the type is its largest value: no disk has room for that
/// either, and a sum that overflows would end the program.
extension Sequence {
  func totalSize(_ size: (Element) -> Int64) -> Int64 { reduce(0) { $0.addingSize(size($1)) } }
}

extension Int64 {
  func addingSize(_ size: Int64) -> Int64 {
    let (total, overflows) = addingReportingOverflow(size)
    return overflows ? .max : total
  }
}

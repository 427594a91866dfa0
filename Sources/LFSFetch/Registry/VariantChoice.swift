import Text

/// Which variant of a model is fetched for `NAME:auto`, and why: the first one that fits the machine. A pure function
/// of what the registry says and what the machine has.
package struct VariantChoice: Sendable, Equatable {
  /// What one variant takes.
  package struct Candidate: Sendable, Equatable {
    package let name: String
    /// To run it; nil where the registry knows neither that nor the size.
    package let memory: Int64?
    package let needsAccelerator: Bool
    /// What is to be downloaded.
    package let download: Int64?

    package init(name: String, memory: Int64?, needsAccelerator: Bool = false, download: Int64? = nil) {
      (self.name, self.memory, self.needsAccelerator, self.download) = (name, memory, needsAccelerator, download)
    }
  }

  package let variant: String
  /// In words: why this one, and why none of those before it.
  package let reason: String

  package init(variant: String, reason: String) { (self.variant, self.reason) = (variant, reason) }

  /// Of candidates in the order of the registry, best first; nil, with the reasons, when none fits.
  package static func choose(
    among candidates: [Candidate], on machine: Machine
  ) -> (choice: VariantChoice?, objections: [String]) {
    var objections: [String] = []
    for candidate in candidates {
      if let objection = candidate.objection(on: machine) {
        objections.append("`\(candidate.name)` \(objection)")
      } else {
        let reasons = objections + ["`\(candidate.name)` \(candidate.approval(on: machine))"]
        return (VariantChoice(variant: candidate.name, reason: reasons.joined(separator: "; ")), objections)
      }
    }
    return (nil, objections)
  }
}

extension VariantChoice.Candidate {
  /// The memory that it would run in, and whose that is.
  private func memory(on machine: Machine) -> (bytes: Int64, owner: String)? {
    let own = machine.accelerator.flatMap { card in card.memory.map { ($0, "of \(card.name)") } }
    if needsAccelerator, let own { return own }
    let main = machine.memory.map { ($0, "of memory") }
    guard let own, let main else { return own ?? main }
    return own.0 > main.0 ? own : main
  }

  fileprivate func objection(on machine: Machine) -> String? {
    if needsAccelerator, machine.accelerator == nil { return "needs an accelerator, and none is found" }
    if let memory, let there = self.memory(on: machine), memory > there.bytes {
      return "needs \(Self.text(memory)), and \(Self.text(there.bytes)) \(there.owner) are free"
    }
    if let download, let disk = machine.disk, download > disk {
      return "is a download of \(Self.text(download)), and \(Self.text(disk)) of disk are free"
    }
    return nil
  }

  fileprivate func approval(on machine: Machine) -> String {
    guard let memory, let there = self.memory(on: machine) else {
      return "is the first that nothing speaks against; what it needs is not known"
    }
    let card = needsAccelerator ? machine.accelerator.map { ", with \($0.name)" } ?? "" : ""
    return "needs \(Self.text(memory)), and \(Self.text(there.bytes)) \(there.owner) are free\(card)"
  }

  /// `16.4 GB`.
  private static func text(_ bytes: Int64) -> String {
    let units: [(Int64, String)] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]
    guard let (unit, name) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) B" }
    let tenths = bytes / (unit / 10)
    return "\(tenths / 10).\(tenths % 10) \(name)"
  }
}

extension Variant {
  /// In place of a variant's name: the one that fits the machine.
  package static let automatic = "auto"
}

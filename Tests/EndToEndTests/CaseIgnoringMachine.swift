#if os(Linux)
  import Foundation
  import Testing

  /// A machine with a real disk that takes `A` and `a` for one name, and a served repository whose paths differ only in
  /// case.
  struct CaseIgnoringMachine {
    let model: ServedModel
    let machine: GitMachine
    let disk: MountedDisk

    init(_ filters: GitMachine.Filters = .lfsfetch) async throws {
      model = try ServedModel()
      machine = try await GitMachine(filters)
      disk = try MountedDisk(
        .ignoringCase, at: machine.sandbox.folder + "/disk", in: machine.sandbox, environment: machine.environment)
      try await Self.commit(to: model)
    }

    /// On `main`, in git's order: `A/only.bin`, `A/x`, `D/x`, `Model.bin`, `README`, `a/x`, `big.bin`, `d`, `model.bin`,
    /// `plain`, `readme`. Each file has its own path as its content; those that end in `bin` are LFS files.
    private static func commit(to model: ServedModel) async throws {
      func entry(_ path: String) async throws -> String {
        let text =
          path.hasSuffix("bin") ? try await model.addObject(Data("\(path)\n".utf8)).text : "\(path)\n"
        return "100644 blob \(try await model.blob(text))\t\(path.split(separator: "/").last!)"
      }
      func folder(_ name: String, _ paths: String...) async throws -> String {
        var entries: [String] = []
        for path in paths { entries.append(try await entry(path)) }
        return
          "040000 tree \(try await model.git("mktree", "-z", input: entries.joined(separator: "\0") + "\0"))\t\(name)"
      }
      var entries = [
        "100644 blob \(try await model.blob("*.bin filter=lfs diff=lfs merge=lfs -text\n"))\t.gitattributes"
      ]
      entries.append(try await folder("A", "A/only.bin", "A/x"))
      entries.append(try await folder("D", "D/x"))
      for path in ["Model.bin", "README"] { entries.append(try await entry(path)) }
      entries.append(try await folder("a", "a/x"))
      for path in ["big.bin", "d", "model.bin", "plain", "readme"] { entries.append(try await entry(path)) }
      try await model.branch("main", withTree: entries)
    }
  }
#endif

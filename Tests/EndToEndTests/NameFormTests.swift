import Fixtures
import Foundation
import Testing

// A disk of macOS takes the two names for one.
#if os(Linux)
  /// Names that look the same and are not, because one has `é` and the other `e` with an accent behind it: two files,
  /// two branches, two keys.
  @Suite struct NameFormTests {
    private static let forms = ["\u{e9}", "e\u{301}"]

    /// The files of the branch `forms`, each with bytes of its own.
    private func files(of model: ServedModel) async throws -> [(name: String, data: Data)] {
      var files: [(name: String, data: Data)] = []
      var entries: [String] = []
      for (index, form) in Self.forms.enumerated() {
        let data = noise(3000 + index, seed: UInt64(index + 1))
        files.append((form + ".bin", data))
        entries.append("100644 blob \(try await model.blob(try await model.addObject(data).text))\t\(form).bin")
        files.append((form + ".txt", Data("text \(index)\n".utf8)))
        entries.append("100644 blob \(try await model.blob("text \(index)\n"))\t\(form).txt")
      }
      let attributes = try await model.blob("*.bin filter=lfs diff=lfs merge=lfs -text\n")
      try await model.branch("forms", withTree: entries + ["100644 blob \(attributes)\t.gitattributes"])
      return files
    }

    @Test func `both files come, and stay what they are`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      let files = try await files(of: model)
      let request = model.url() + "@forms"
      var folders = [
        try await sandbox.path("get", request), try await sandbox.path("get", request, "--to", "out"),
        try await sandbox.path("get", request, "--to", "out"),
      ]
      #expect(try await sandbox.run("lock", request).status == 0)
      folders.append(try await sandbox.path("get", "--locked", "--to", "locked"))
      folders.append(try await sandbox.path("clone", request, "clone"))
      for folder in folders {
        for (name, data) in files { #expect(bytes(folder + "/" + name) == data, "\(folder)/\(name)") }
      }
      let verified = try await sandbox.run("verify", "--locked")
      #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test func `both are listed`() async throws {
      let model = try ServedModel()
      _ = try await files(of: model)
      let (machine, clone) = try await GitMachine.pointers(of: model, "--branch", "forms")
      let list = try await machine.lfsfetch("ls-files", "--name-only", in: clone)
      let names = list.utf8.split(separator: 0x0a).map(Array.init)
      #expect(Set(names) == Set(Self.forms.map { Array(($0 + ".bin").utf8) }))
    }

    @Test func `two branches are two`() async throws {
      let model = try ServedModel()
      let sandbox = try Sandbox()
      for form in Self.forms {
        let blob = try await model.blob("of \(form.utf8.count)\n")
        try await model.branch(form, withTree: ["100644 blob \(blob)\tfile"])
      }
      for form in Self.forms {
        let path = try await sandbox.path("get", "\(model.url())@\(form):file")
        #expect(bytes(path) == Data("of \(form.utf8.count)\n".utf8))
      }
    }

    @Test func `two keys of a bucket are two`() async throws {
      let store = try BucketStore.running()
      let sandbox = try Sandbox()
      let folder = UUID().uuidString.lowercased()
      let keys = ["%C3%A9.bin", "e%CC%81.bin", "%CC%81.bin"]
      for (index, key) in keys.enumerated() {
        try store.put(Fixtures.bytes(count: 1000 + index, seed: 1), at: "\(folder)/\(key)", hasDigest: true)
      }
      let run = try await sandbox.start(["get", "s3://private/\(folder)/"], environment: store.environment).outcome()
      #expect(run.status == 0, "\(run.errors)")
      for (index, form) in (Self.forms + ["\u{301}"]).enumerated() {
        #expect(bytes(run.path + "/\(form).bin")?.count == 1000 + index)
      }
    }
  }
#endif

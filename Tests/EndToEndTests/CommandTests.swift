import Foundation
import Testing

/// The commands beside `get`, and the options that say what is printed.
@Suite struct CommandTests {
  private func registry(_ sandbox: Sandbox, _ model: ServedModel) throws -> String {
    try sandbox.registry(
      """
      "kitchen": {
        "aliases": ["food"], "description": "One of everything", "licence": "MIT", "source": "\(model.url())",
        "branch": "main", "files": ["weights/model.bin", "README.md"], "main": "weights/model.bin"
      }
      """)
  }

  // MARK: path

  @Test func `path tells where get has put a model, without asking anybody`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try registry(sandbox, model)
    let before = try await sandbox.run("path", "food", "--registry", registry)
    #expect(before.status == 3)
    #expect(before.output == "")
    #expect(before.errors == "error: `kitchen` is not in the cache\nhint: `lfsfetch get kitchen` fetches it\n")
    let path = try await sandbox.path("get", "food", "--registry", registry)
    let asked = try await model.requests().count
    #expect(try await sandbox.path("path", "kitchen", "--registry", registry) == path)
    let mixed = try await sandbox.run("path", "kitchen", "fast", "food", "--registry", registry)
    #expect(mixed.status == 1)
    #expect(mixed.output == "\(path)\n\(path)\n")
    #expect(mixed.errors == "error: `mr_mt3` is not in the cache\nhint: `lfsfetch get mr_mt3` fetches it\n")
    // A file of the snapshot that was lost is noticed.
    try FileManager.default.removeItem(atPath: path)
    #expect(try await sandbox.run("path", "kitchen", "--registry", registry).status == 3)
    #expect(try await model.requests().count == asked)
    #expect(try await sandbox.path("get", "food", "--registry", registry) == path)
    #expect(try await model.requests().count == asked)
  }

  // MARK: list and info

  @Test func `list shows sizes where they are known, and what is cached`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try registry(sandbox, model)
    let before = try await sandbox.run("list", "--registry", registry)
    #expect(before.status == 0)
    #expect(
      before.output == """
        NAME         ALIASES                                    SIZE  CACHED
        mr_mt3       fast                                   183.7 MB  no
        mt3_pytorch  accurate, default, official, baseline  183.7 MB  no
        yourmt3      multitask                                     –  no
        kitchen      food                                          –  no

        """)
    try await sandbox.path("get", "food", "--registry", registry)
    let after = try await sandbox.run("list", "--registry", registry)
    #expect(after.outputLines.last == "kitchen      food                                     3.1 MB  yes")
    let lines = try await sandbox.run("list", "--json", "--registry", registry).outputLines
    #expect(lines.count == 4)
    let last = try json(lines.last)
    #expect(last["name"] as? String == "kitchen")
    #expect(last["aliases"] as? [String] == ["food"])
    #expect(last["source"] as? String == model.url())
    #expect(last["cached"] as? Bool == true)
    #expect(last["bytes"] as? Int == 3 << 20 | 10)
    #expect(try json(lines.first)["cached"] as? Bool == false)
  }

  @Test func `info prints what is known and leaves out what is not`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try registry(sandbox, model)
    let before = try await sandbox.run("info", "food", "--registry", registry)
    #expect(
      before.output == """
        name         kitchen
        aliases      food
        description  One of everything
        licence      MIT
        source       \(model.url())
        branch       main
        files        weights/model.bin
                     README.md
        main         weights/model.bin
        registry     \(registry)
        cached       no

        """)
    let path = try await sandbox.path("get", "food", "--registry", registry)
    let after = try await sandbox.run("info", "kitchen", "--registry", registry)
    #expect(after.outputLines.last == "cached       \(path)")
    let line = try json(try await sandbox.run("info", "kitchen", "--json", "--registry", registry).output)
    #expect(line["path"] as? String == path)
    #expect(line["files"] as? [String] == ["weights/model.bin", "README.md"])
    let real = try await sandbox.run("info", "fast")
    #expect(real.output.contains("revision     826ea84a933f93cd707d11e91af711f1d19c8d79\n"))
    #expect(
      real.output.contains(
        "183.7 MB  sha256:b8a3807ed265059abd25ad7f68142c06c35e8f6144dcaa45bd55946a3745398f  pretrained/mt3.pth\n"))
  }

  // MARK: verify

  @Test func `verify names the object that is damaged`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try registry(sandbox, model)
    try await sandbox.path("get", "food", "--registry", registry)
    try await sandbox.path("get", model.url() + ":nested", "--registry", registry)
    let sound = try await sandbox.run("verify", "--registry", registry)
    #expect(sound.status == 0)
    #expect(sound.output == "")
    #expect(sound.errors == "checked 3 files, 3.1 MB: all sound\n")

    let pointer = try await model.pointer("weights/model.bin")
    let object = "\(sandbox.cache)/objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2))"
    #expect(mode(object) == 0o444)
    chmod(object, 0o644)
    let file = try FileHandle(forUpdating: URL(filePath: object))
    try file.seek(toOffset: 1 << 20)
    try file.write(contentsOf: Data("damage".utf8))
    try file.close()
    for words in [["verify"], ["verify", "food"]] {
      let run = try await sandbox.start(words + ["--registry", registry]).outcome()
      #expect(run.status == 6)
      let start = "damaged: sha256:\(pointer.oid) (kitchen: weights/model.bin): its bytes have the SHA-256 "
      #expect(run.output == "\(start)\(try await sha256(object))\n")
      #expect(run.errors.hasSuffix(": 1 damaged\n"))
    }
    let line = try json(try await sandbox.run("verify", "--json", "--registry", registry).output)
    #expect(line["checked"] as? Int == 3)
    let damage = try #require((line["damaged"] as? [[String: Any]])?.first)
    #expect(damage["object"] as? String == pointer.oid)
    #expect(damage["names"] as? [String] == ["kitchen: weights/model.bin"])
    let missing = try await sandbox.run("verify", "fast")
    #expect(missing.status == 3)
    #expect(missing.errors.hasPrefix("error: `mr_mt3` is not in the cache\n"))
  }

  @Test func `verify finds and repairs what is damaged in a snapshot`() async throws {
    let model = try ServedModel(copyOf: "gudgud96/MR-MT3")
    let sandbox = try Sandbox()
    let registry = try sandbox.write(
      #"{"models": {"m": {"source": "\#(model.url())", "files": ["pretrained/config.json"]}}}"#, to: "registry.json")
    let file = try await sandbox.path("get", "m", "--registry", registry) + "/pretrained/config.json"
    let sound = try #require(bytes(file))
    var damaged = sound
    damaged[10] ^= 1
    try damaged.write(to: URL(filePath: file))
    for words in [["verify", "m"], ["verify"]] {
      let run = try await sandbox.start(words + ["--registry", registry]).outcome()
      #expect(run.status == 6)
      #expect(run.output.contains("(m: pretrained/config.json): its bytes have the SHA-256 "), "\(run.output)")
    }
    let repair = try await sandbox.run("verify", "--repair", "--registry", registry)
    #expect(repair.status == 0, "\(repair.errors)")
    #expect(bytes(file) == sound)
    #expect(mode(file) == 0o755)
  }

  @Test func `verify repairs what is damaged, and fetches only the bad part`() async throws {
    let model = try ServedModel(copyOf: "gudgud96/MR-MT3")
    let sandbox = try Sandbox()
    let registry = try sandbox.write(
      #"{"models": {"m": {"source": "\#(model.url())", "files": ["pretrained/mt3.pth"]}}}"#, to: "registry.json")
    let folder = try await sandbox.path("get", "m", "--registry", registry)
    let pointer = try await model.pointer("pretrained/mt3.pth", at: "master")
    let object = "\(sandbox.cache)/objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2))"
    chmod(object, 0o644)
    let file = try FileHandle(forUpdating: URL(filePath: object))
    try file.seek(toOffset: 9 << 20)
    try file.write(contentsOf: Data("damage".utf8))
    try file.close()

    let before = try await model.requests().objects.bodyBytes
    let repair = try await sandbox.start(["verify", "--repair", "--registry", registry]).outcome()
    #expect(repair.status == 0)
    #expect(repair.output.hasPrefix("repaired: sha256:\(pointer.oid) (m: pretrained/mt3.pth): its bytes have the"))
    #expect(repair.errors.hasSuffix(": all sound, 1 repaired\n"))
    // The chunk in which the damage is, and nothing else.
    #expect(try await model.requests().objects.bodyBytes == before + (256 << 10))
    #expect(try await sha256(object) == pointer.oid)
    #expect(mode(object) == 0o444)
    #expect(try await sha256(folder + "/pretrained/mt3.pth") == pointer.oid)
    let sound = try await sandbox.run("verify", "--registry", registry)
    #expect(sound.errors.hasSuffix(": all sound\n"))
  }

  @Test func `an object that was cut short is fetched again`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try registry(sandbox, model)
    let path = try await sandbox.path("get", "food", "--registry", registry)
    truncate(path, 1000)
    #expect(try await sandbox.run("path", "food", "--registry", registry).status == 3)
    #expect(try await sandbox.path("get", "food", "--registry", registry) == path)
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
  }

  // MARK: Options of get

  @Test func `a dry run downloads nothing`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try registry(sandbox, model)
    let run = try await sandbox.run("get", "--dry-run", "food", "--registry", registry)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.output.hasPrefix(
        """
        MODEL    FILE                 SIZE  CACHED
        kitchen  README.md            10 B  yes
        kitchen  weights/model.bin  3.1 MB  no
        3.1 MB to download, 0 B here already, 
        """), "\(run.output)")
    #expect(run.output.hasSuffix(" are free in \(sandbox.cache)\n"))
    let requests = try await model.requests()
    #expect(requests.batches.isEmpty)
    #expect(requests.objects.isEmpty)
    #expect(sandbox.cachedFiles("objects") == [])
    #expect(sandbox.cachedFiles("snapshots") == [])
    try await sandbox.path("get", "food", "--registry", registry)
    let again = try await sandbox.run("get", "--dry-run", "food", "nosuch", "--registry", registry)
    #expect(again.status == 1)
    #expect(again.output.contains("0 B to download, 3.1 MB here already"))
    #expect(again.errors.hasPrefix("error: no model is called `nosuch`\n"))
  }

  @Test func `quiet says nothing but errors`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "-q", model.url() + ":README.md", "nosuch")
    #expect(run.status == 1)
    #expect(run.outputLines.count == 1)
    #expect(run.errorLines.count == 2)
    #expect(run.errorLines[0] == "error: no model is called `nosuch`")
  }

  @Test func `the cache is where the option, else the environment says`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + ":README.md"
    let option = try await sandbox.path("get", url, "--cache", "mine")
    #expect(option.hasPrefix(sandbox.work + "/mine/snapshots/"))
    let xdg = try await sandbox.path(
      "get", url, environment: ["LFSFETCH_CACHE": "", "XDG_CACHE_HOME": sandbox.folder + "/xdg"])
    #expect(xdg.hasPrefix(sandbox.folder + "/xdg/lfsfetch/snapshots/"))
    let home = try await sandbox.path("get", url, environment: ["LFSFETCH_CACHE": ""])
    #expect(home.hasPrefix(sandbox.home + "/.cache/lfsfetch/snapshots/"))
    let tag = try #require(bytes(sandbox.home + "/.cache/lfsfetch/CACHEDIR.TAG"))
    #expect(String(decoding: tag, as: UTF8.self).hasPrefix("Signature: 8a477f597d28d172789f06886806bc55\n"))
  }

  // MARK: Help

  @Test(arguments: ["get", "path", "list", "info", "verify", "completions"])
  func `every command has its help`(_ command: String) async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(command, "--help")
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("lfsfetch \(command)"), "\(run.output)")
    #expect(run.output.contains("--help"))
    #expect(try await sandbox.run("help", command).output == run.output)
    #expect(!FileManager.default.fileExists(atPath: sandbox.cache))
  }

  @Test func `the program has a version and a help`() async throws {
    let sandbox = try Sandbox()
    let version = try await sandbox.run("--version")
    #expect(version.status == 0)
    #expect(version.output.wholeMatch(of: /lfsfetch \d+\.\d+\.\d+\n/) != nil)
    let help = try await sandbox.run("--help")
    #expect(help.status == 0)
    for command in ["get", "path", "list", "info", "verify"] { #expect(help.output.contains("  \(command) ")) }
    let nothing = try await sandbox.run()
    #expect(nothing.status == 2)
    #expect(nothing.output == "")
    #expect(nothing.errors == help.output)
  }
}

/// A line of JSON as an object.
func json(_ line: String?) throws -> [String: Any] {
  let line = try #require(line)
  return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
}

import Git
import HTTP
import Text

@testable import LFSFetch

/// What users write: addresses, requests, registry and lock files. All of them may be copied from strangers.
enum RequestTargets {
  static func url(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    guard let url = try? HTTPURL(text) else { return }
    checkParts(url)
    // What the URL is sent as, and what it is compared by, is read back alike. A host with percent signs is the
    // exception: libcurl decodes it, and takes the `0` of `%30` for an address (0.0.0.0) only the second time.
    let again = try? HTTPURL(url.string)
    check(again != nil, "`\(url.string)` is a URL")
    check(again?.string == url.string || text.contains("%"), "`\(url.string)` reads the same")
    check(again?.user == nil && again?.password == nil, "`\(url.string)` has no credentials")
    // A redirect to what is given, and one to the host's root.
    if let base = try? HTTPURL("https://alice:secret@example.org/a/b?c"), let target = try? base.resolving(text) {
      checkParts(target)
      check(target.password != "secret" || text.contains("secret"), "a redirect inherits no credentials")
    }
    if let root = try? url.resolving("/") { check(root.origin == (again ?? url).origin, "a path stays on its host") }
  }

  private static func checkParts(_ url: HTTPURL?) {
    guard let url else { return }
    check(url.scheme == "http" || url.scheme == "https", "the scheme is http or https")
    check(!url.host.isEmpty && url.path.begins(with: "/"), "there are a host and a path")
    check(!url.host.contains("%"), "a host is not decoded twice")
    check((0...65535).contains(url.port), "the port is one")
    for part in [url.host, url.path, url.query ?? "", url.user ?? "", url.password ?? ""] {
      check(
        !part.utf8.contains { $0 < 0x20 || $0 == 0x7f && part != url.password && part != url.user },
        "nothing has control characters: \(Array(part.utf8))")
    }
  }

  static func modelRequest(_ input: [UInt8]) {
    let typed = String(decoding: input, as: UTF8.self)
    guard let request = try? ModelRequest(typed) else { return }
    let text = typed.withLowercaseScheme
    switch request.target {
    case .name(let name):
      let whole = name + (request.variant.map { ":" + $0 } ?? "")
      check(whole.utf8.elementsEqual(text.utf8), "a name is what was typed")
    case .repository(let repository) where text.begins(with: HuggingFaceAddress.scheme):
      check(repository.hasPrefix(HuggingFaceAddress.hub), "no other host is meant")
    case .repository(let place) where text.begins(with: BucketAddress.scheme):
      guard let address = try? BucketAddress(place) else { break }
      check(request.path == nil || address.isFolder, "a glob is of a folder")
      let bucket = try? BucketPlace(address, AWSSettings(), isNamedByUser: false)
      checkParts(bucket?.url(of: address.key))
    case .repository(let repository):
      let whole = repository + (request.ownRevision.map { "@" + $0 } ?? "") + (request.path.map { ":" + $0 } ?? "")
      check(whole.utf8.elementsEqual(text.utf8), "the parts make the whole")
    }
    _ = Glob(request.path ?? text).matches(input)
  }

  static func lock(_ input: [UInt8]) {
    guard let lock = try? ModelLock(parsing: input) else { return }
    check((try? ModelLock(parsing: Array(lock.text.utf8))) == lock, "what is written reads the same")
    check(lock.requests.map(\.text) == lock.names, "every model can be asked for")
    for model in lock.models.values {
      for (path, content) in model.contents {
        check(!path.bytes.isEmpty && content.count <= input.count, "it is there")
      }
    }
  }

  static func registry(_ input: [UInt8]) {
    guard let layer = try? RegistryLayer.parse(input, name: "models.json", kind: .option) else { return }
    let registry = Registry([layer])
    for entry in registry.entries {
      check(RegistryReader.isName(entry.name), "names are names")
      check(registry.find(entry.name) == entry, "an entry is found by its name")
      for (name, facts) in entry.choices {
        check((try? ModelRequest(name)) != nil, "every choice can be asked for")
        check(facts.knownSize ?? 0 >= 0, "sizes are not negative")
        for path in facts.objects.keys { check((try? RepositoryPath(validating: path.text)) != nil, "paths are safe") }
        _ = try? ModelRequest(facts.source ?? "")
      }
    }
    for preset in registry.presets {
      check(preset.models.allSatisfy { (try? ModelRequest($0)) != nil }, "models of presets are names")
    }
    // Laid over itself it stays what it is.
    let twice = Registry([layer, layer])
    check(twice.entries == registry.entries && twice.presets == registry.presets, "overlaying is idempotent")
  }
}

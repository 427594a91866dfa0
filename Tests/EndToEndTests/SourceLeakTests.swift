import Fixtures
import Foundation
import Testing

/// The search of `CredentialLeakTests` where a model is no git repository, and where registries are fetched and changed:
/// each place, with each of the tokens that are for it, on each path that fails or leads elsewhere.
@Suite struct SourceLeakTests {
  // MARK: The places

  enum Place: String, CaseIterable, Sendable {
    /// Of GitHub's kind: its API, and the host of its assets.
    case release, asset
    case releaseOfGitLab, assetOfGitLab
    /// A file of Hugging Face by its own address.
    case resolve
    /// A layer of the registry, from a web server and out of a repository.
    case layer, layerInRepository

    /// The path at which things go wrong.
    var path: String {
      switch self {
      case .release: "/api/v3/repos/o/r/releases/tags/v1"
      case .asset: "/o/r/releases/download/v1/a.bin"
      case .releaseOfGitLab: "/api/v4/projects/o%2Fr/releases/v1"
      case .assetOfGitLab: "/o/r/-/releases/v1/downloads/a.bin"
      case .resolve: "/o/r/resolve/v1/a.bin"
      case .layer: "/models.json"
      case .layerInRepository: "/o/r.git/info/refs"
      }
    }
  }

  // MARK: The ways

  enum Way: String, Sendable {
    case ownVariable, login, netrc
    case githubToken, gitlabToken, hubToken
    /// Tokens for hosts that are not asked here.
    case strangers

    /// Whether the token is for the host that has the place.
    var isForHost: Bool { self != .strangers }
  }

  /// Each place with the tokens that are for it, or that might be taken for it.
  private static let cases: [(Place, Way)] = Place.allCases.flatMap { place in
    let known: [Way] =
      switch place {
      case .release, .asset: [.githubToken]
      case .releaseOfGitLab, .assetOfGitLab: [.gitlabToken]
      case .resolve: [.hubToken]
      case .layer, .layerInRepository: []
      }
    return ([.ownVariable, .login, .netrc, .strangers] + known).map { (place, $0) }
  }

  private func give(_ way: Way, for server: FaultServer, in sandbox: Sandbox) throws -> [String: String] {
    let secret = MarkedSecret.text
    switch way {
    case .ownVariable: return ["LFSFETCH_TOKEN_127_0_0_1_\(server.port)": secret]
    case .login:
      try sandbox.write(
        "{\"hosts\":{\"\(server.address)\":{\"token\":\"\(secret)\"}}}", to: "home/.config/lfsfetch/tokens.json")
      return [:]
    case .netrc:
      try sandbox.write("machine 127.0.0.1 login alice password \(secret)\n", to: "home/.netrc")
      return [:]
    case .githubToken: return ["GITHUB_SERVER_URL": server.address, "GITHUB_TOKEN": secret]
    case .gitlabToken: return ["GITLAB_HOST": server.address, "GITLAB_TOKEN": secret]
    case .hubToken: return ["HF_TOKEN": secret]
    case .strangers:
      // The API that stands in for GitHub's is another host, and so is what git is sent to in its place.
      try sandbox.setGitConfiguration("[url \"\(server.address)/\"]\n  insteadOf = https://github.com/\n")
      return [
        "GH_TOKEN": secret, "GITHUB_TOKEN": secret, "GITLAB_TOKEN": secret, "HF_TOKEN": secret,
        "GITHUB_API_URL": server.address + "/api/v3",
        "LFSFETCH_TOKEN_127_0_0_1": secret, "LFSFETCH_TOKEN_LOCALHOST_\(server.port)": secret,
      ]
    }
  }

  private static let rightful = ["home/.config/lfsfetch/tokens.json", "home/.netrc"]

  // MARK: The faults

  enum Fault: String, CaseIterable, Sendable {
    case none, refused, forbidden, missing, redirected, wrongBytes, brokenOff

    func spoil(_ route: FaultServer.Route, at path: String, other: FaultServer) -> FaultServer.Route {
      switch self {
      case .none, .wrongBytes: route
      case .refused: .status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""], body: "no")
      case .forbidden: .status(403, body: "{\"message\": \"no\"}")
      case .missing: .status(404)
      case .redirected: .redirect(to: other.address + path)
      case .brokenOff: route.with([.reset(after: 1)])
      }
    }
  }

  private static let content = Fixtures.bytes(count: 3000, seed: 1)

  /// Every host wants the secret before it says anything. `digest` is what is promised of the file.
  private func serve(
    _ place: Place, _ fault: Fault, _ way: Way, on server: FaultServer, other: FaultServer, digest: String
  ) {
    let isOpen = !way.isForHost
    func serve(_ path: String, _ route: FaultServer.Route) {
      let spoilt = path == place.path ? fault.spoil(route, at: path, other: other) : route
      server[path] = isOpen ? spoilt : spoilt.with(spoilt.faults + [MarkedSecret.door])
    }
    let asset = server.address + Place.asset.path
    serve(
      Place.release.path,
      .json(
        """
        {"tag_name": "v1", "assets": [{"url": "\(asset)", "name": "a.bin", "size": 3000, "digest": "sha256:\(digest)",
         "browser_download_url": "\(asset)"}]}
        """))
    serve("/api/v3/repos/o/r", .json("{\"private\": false}"))
    serve(Place.asset.path, .content(Self.content))
    serve(
      Place.releaseOfGitLab.path,
      .json(
        """
        {"tag_name": "v1", "assets": {"links": [{"name": "a.bin", "url": "\(server.address)\(Place.assetOfGitLab.path)"}]}}
        """))
    serve(Place.assetOfGitLab.path, .content(Self.content))
    // LFS is refused, so that the file's own address is asked.
    server["/o/r.git/info/lfs/objects/batch"] = .status(403)
    server["/o/r/info/lfs/objects/batch"] = .status(403)
    serve(Place.resolve.path, .content(Self.content))
    serve(Place.layer.path, .text("{\"models\": {\"m\": {\"source\": \"/m\"}}}"))
    serve(Place.layerInRepository.path, .text("hello", type: "application/x-git-upload-pack-advertisement"))
  }

  private func commands(_ place: Place, _ way: Way, _ server: FaultServer, digest: String) -> [[String]] {
    let once = ["--retries", "0"]
    let registry = ["--registry", "models.json"]
    let editing = once + registry
    switch place {
    case .release, .asset, .releaseOfGitLab, .assetOfGitLab:
      let isGitHub = [.release, .asset].contains(place)
      let host = isGitHub && way == .strangers ? "https://github.com" : server.address
      let page = host + (isGitHub ? "/o/r/releases/tag/v1" : "/o/r/-/releases/v1")
      return [
        ["get", "--json", "--to", "out", page] + once, ["lock", page] + once,
        ["registry", "add", "added", page] + editing, ["registry", "update", "m", "--json"] + editing,
        ["registry", "show", "m"] + registry,
      ]
    case .resolve:
      return [
        ["get", "--json", "--to", "out", "m"] + editing, ["lock", "m"] + editing,
        ["registry", "add", "added", "hf://o/r@v1/a.bin"] + editing, ["registry", "update", "m", "--json"] + editing,
        ["registry", "show", "m"] + registry,
      ]
    case .layer, .layerInRepository:
      let pin = digest == objectName(of: Self.content) ? "" : "#sha256=" + digest
      let layer = place == .layer ? Place.layer.path + pin : "/o/r.git@v1:models.json"
      return [["get", "--json", "m"] + once, ["registry", "show", "m"], ["registry", "validate"]].map {
        $0 + ["--registry", server.address + layer]
      }
    }
  }

  /// The registry file of the project, of which `registry update` is to move a model.
  private func writeRegistry(_ place: Place, _ server: FaultServer, digest: String, in sandbox: Sandbox) throws {
    let source =
      switch place {
      case .releaseOfGitLab, .assetOfGitLab: server.address + "/o/r/-/releases/v1"
      case .resolve: "hf://o/r"
      default: server.address + "/o/r/releases/tag/v1"
      }
    let revision = place == .resolve ? #""revision": "v1", "# : ""
    try sandbox.write(
      """
      {"models": {"m": {"source": "\(source)", \(revision)"files": ["a.bin"], "main": "a.bin",
        "objects": {"a.bin": {"sha256": "\(digest)", "size": 3000}}}}}
      """, to: "work/models.json")
  }

  // MARK: The search

  @Test(arguments: cases) func `nothing leaks`(place: Place, way: Way) async throws {
    for fault in Fault.allCases {
      let (server, other) = (try FaultServer(), try FaultServer())
      other[place.path] = .status(401, headers: ["WWW-Authenticate": "Basic realm=\"y\""])
      let sandbox = try Sandbox()
      var environment = try give(way, for: server, in: sandbox)
      if place == .resolve {
        environment["HF_ENDPOINT"] = server.address
        if way == .strangers { environment["HF_TOKEN"] = nil }
      }
      let digest = fault == .wrongBytes ? String(repeating: "0", count: 64) : objectName(of: Self.content)
      serve(place, fault, way, on: server, other: other, digest: digest)
      try writeRegistry(place, server, digest: digest, in: sandbox)
      var said = ""
      var statuses: [Int32] = []
      for words in commands(place, way, server, digest: digest) {
        // What takes no `--retries` would ask again and again.
        if fault == .brokenOff, !words.contains("--retries") { continue }
        let run = try await sandbox.start(words, environment: environment).outcome()
        MarkedSecret.expectNone(in: run, of: words)
        said += "\(words): \(run.status)\n\(run.errors)"
        statuses.append(run.status)
      }
      MarkedSecret.expectNone(inFilesOf: sandbox) { Self.rightful.contains($0) }
      MarkedSecret.expectNone(inRequestsTo: other)
      if way.isForHost {
        // It did reach the host that it is for: else the search would prove nothing.
        #expect(server.requests(place.path).contains { MarkedSecret.isGiven(by: $0) }, "\(fault): \(said)")
      } else {
        #expect(!server.requests(place.path).isEmpty, "\(fault): \(said)")
        MarkedSecret.expectNone(inRequestsTo: server)
      }
      // The paths are those that are meant.
      if fault == .none, ![.layer, .layerInRepository].contains(place) { #expect(statuses.first == 0, "\(said)") }
      if [.refused, .forbidden, .missing].contains(fault) { #expect(statuses.first != 0, "\(said)") }
      if fault == .redirected { #expect(!other.requests().isEmpty, "\(said)") }
    }
  }

  /// A source that holds the secret itself would stand in a file that others read.
  @Test(arguments: ["/o/r", "/o/r/releases/tag/v1", "/a.bin?key=s3cr3t-M4RK#unverified"])
  func `no registry gets a secret that stands in an address`(path: String) async throws {
    let server = try FaultServer()
    let sandbox = try Sandbox()
    let words = ["registry", "add", "m", "http://alice:\(MarkedSecret.text)@127.0.0.1:\(server.port)\(path)"]
    let run = try await sandbox.start(words).outcome()
    #expect(run.status == 2)
    MarkedSecret.expectNone(in: run, of: words)
    MarkedSecret.expectNone(inFilesOf: sandbox) { _ in false }
    #expect(server.requests().isEmpty)
  }
}

import Fixtures
import Foundation
import Testing

/// Releases of GitHub and GitLab: answers of the documented form, and their assets.
@Suite struct ReleaseTests {
  private let server: FaultServer
  private let sandbox: Sandbox
  private let model = Fixtures.bytes(count: 3_000_000, seed: 1)
  private let labels = Fixtures.bytes(count: 2000, seed: 2)

  init() throws {
    server = try FaultServer()
    sandbox = try Sandbox()
    serveAssets(at: "/o/r/releases/download/v1/")
  }

  private func serveAssets(at folder: String) {
    server[folder + "model.bin"] = .content(model)
    server[folder + "labels.txt"] = .content(labels)
  }

  private var page: String { server.address + "/o/r/releases/tag/v1" }

  /// https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name
  private func release(labelsDigest: String? = nil) -> String {
    func asset(_ id: Int, _ name: String, _ bytes: [UInt8], _ digest: String?) -> String {
      """
      {"url": "\(server.address)/api/v3/repos/o/r/releases/assets/\(id)", "id": \(id), "name": "\(name)", "label": null,
       "content_type": "application/octet-stream", "state": "uploaded", "size": \(bytes.count),
       "digest": \(digest.map { "\"sha256:\($0)\"" } ?? "null"), "download_count": 5,
       "browser_download_url": "\(server.address)/o/r/releases/download/v1/\(name)"}
      """
    }
    return """
      {"id": 7, "tag_name": "v1", "name": "Version 1", "draft": false, "prerelease": false, "body": "Notes",
       "assets": [\(asset(1, "model.bin", model, objectName(of: model))), \(asset(2, "labels.txt", labels, labelsDigest))]}
      """
  }

  private func requested() -> [String] { server.requests().map(\.path) }

  // MARK: GitHub

  @Test func `a release gets a name, by which it can be had`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(release())
    let added = try await sandbox.run("registry", "add", "named", page + ":model.bin")
    #expect(added.status == 0, "\(added.errors)")
    let run = try await sandbox.run("get", "named")
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path) == Data(model))
  }

  @Test func `an asset without a hash that is another one later is an error, until it is asked for`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(release())
    let address = page + ":labels.txt"
    #expect(try await sandbox.run("get", address).status == 0)
    server["/o/r/releases/download/v1/labels.txt"] = .content(Fixtures.bytes(count: 2000, seed: 3))
    for words in [["get"], ["get"], ["lock"]] {
      let run = try await sandbox.start(words + [address]).outcome()
      #expect(run.status == 6, "\(run.errors)")
      #expect(run.errors.contains("`labels.txt` is not the file any more that was fetched at first"), "\(run.errors)")
      #expect(run.errors.contains("it had the SHA-256 \(objectName(of: labels))"))
      #expect(run.errors.contains("`lfsfetch get --refresh \(address)` takes what it is now"))
    }
    let refreshed = try await sandbox.run("get", "--refresh", address)
    #expect(refreshed.status == 0, "\(refreshed.errors)")
    #expect(bytes(refreshed.path) == Data(Fixtures.bytes(count: 2000, seed: 3)))
    #expect(try await sandbox.run("get", address).status == 0)
  }

  @Test func `an asset of another size than is announced is not trusted`() async throws {
    let text = release().replacingOccurrences(of: "\"size\": 2000", with: "\"size\": 2001")
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(text)
    for withoutLength in [false, true] {
      if withoutLength {
        server["/o/r/releases/download/v1/labels.txt"] = .content(labels, .rangeIgnored, .chunked)
      }
      let run = try await sandbox.run("get", page + ":labels.txt", "--retries", "0")
      #expect(run.status == 6, "\(run.errors)")
      if !withoutLength {
        #expect(
          run.errors == """
            error: `labels.txt` of `\(page)` is not the file that the release announces
              caused by: the release says that it has 2001 bytes
              caused by: 127.0.0.1:\(server.port) has one of 2000

            """, "\(run.errors)")
      }
      #expect(sandbox.cachedFiles("objects") == [])
    }
  }

  @Test func `two assets of one name are none`() async throws {
    let text = release().replacingOccurrences(of: "\"name\": \"labels.txt\"", with: "\"name\": \"model.bin\"")
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(text)
    for address in [page, page + ":model.bin", server.address + "/o/r/releases/download/v1/model.bin"] {
      let run = try await sandbox.run("get", address)
      #expect(run.status == 4, "\(run.errors)")
      #expect(run.errors.contains("has two assets that are called `model.bin`"), "\(run.errors)")
    }
  }

  @Test func `a size that no file has is no fact`() async throws {
    let text = release().replacingOccurrences(of: "\"size\": 2000", with: "\"size\": 9223372036854775807")
      .replacingOccurrences(of: "\"size\": 3000000", with: "\"size\": 9223372036854775807")
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(text)
    for words in [["get"], ["get", "--dry-run"], ["lock"]] {
      let run = try await sandbox.start(words + [page]).outcome()
      #expect(run.status == 4, "\(run.errors)")
      #expect(run.errors.contains("has a size that no file has"), "\(run.errors)")
    }
  }

  @Test func `an asset comes with the hash that GitHub knows`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(release())
    let path = try await sandbox.path("get", page + ":model.bin")
    #expect(bytes(path) == Data(model))
    let asked = requested().filter { $0.hasPrefix("/api/") }
    #expect(asked == ["/api/v3/repos/o/r/releases/tags/v1"])
    #expect(server.requests().first?.headers["Accept"] == "application/vnd.github+json")
    let again = try await sandbox.run("get", server.address + "/o/r/releases/download/v1/model.bin")
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("downloaded 0 B"))
  }

  @Test func `all assets come, and one without a hash is trusted at first`() async throws {
    server["/api/v3/repos/o/r/releases/latest"] = .json(release())
    let run = try await sandbox.run("get", server.address + "/o/r/releases/latest")
    #expect(run.status == 0, "\(run.errors)")
    #expect(FileTree.paths(in: run.path) == ["labels.txt", "model.bin"])
    #expect(run.errors.contains("nothing tells what `labels.txt` should be"), "\(run.errors)")
    #expect(!run.errors.contains("nothing tells what `model.bin`"))
  }

  @Test func `wrong bytes of an asset are refused`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(release(labelsDigest: String(repeating: "a", count: 64)))
    let run = try await sandbox.run("get", page + ":labels.txt")
    #expect(run.status == 6, "\(run.errors)")
  }

  @Test func `assets of a private repository come by the API, with the token`() async throws {
    let other = try FaultServer(["/signed/1": .content(model)])
    let token = FaultServer.Fault.status(404).when { $0.headers["Authorization"] != "Bearer t0ken" }
    server["/api/v3/repos/o/r/releases/tags/v1"] = FaultServer.Route.json(release()).with([token])
    server["/api/v3/repos/o/r"] = FaultServer.Route.json(#"{"private": true}"#).with([token])
    server["/o/r/releases/download/v1/model.bin"] = .status(404)
    server["/api/v3/repos/o/r/releases/assets/1"] = FaultServer.Route { request in
      guard request.headers["Authorization"] == "Bearer t0ken" else { return FaultServer.Response(404) }
      return request.headers["Accept"] == "application/octet-stream"
        ? FaultServer.Response(302, headers: ["Location": other.address + "/signed/1"])
        : FaultServer.Response(200, body: Array("{}".utf8))
    }
    let variable = "LFSFETCH_TOKEN_127_0_0_1_\(server.port)"
    let path = try await sandbox.path("get", page + ":model.bin", environment: [variable: "t0ken"])
    #expect(bytes(path) == Data(model))
    #expect(!other.requests().isEmpty)
    for request in other.requests() { #expect(request.headers["Authorization"] == nil) }
    // Without it, nobody knows that there is such a repository.
    let refused = try await sandbox.run("get", page, environment: ["LFSFETCH_CACHE": sandbox.folder + "/other"])
    #expect(refused.status == 3)
    #expect(refused.errors.contains("a private repository also answers like this without a token"), "\(refused.errors)")
    #expect(refused.errors.contains(variable))
  }

  @Test func `a limit that is used up is told with its end`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .status(
      403,
      headers: [
        "x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795280700",
        "Content-Type": "application/json",
      ], body: #"{"message": "API rate limit exceeded for 127.0.0.1."}"#)
    let run = try await sandbox.run("get", page, "--retries", "0")
    #expect(run.status == 4)
    #expect(
      run.errors.contains("127.0.0.1:\(server.port) answered 403: API rate limit exceeded for 127.0.0.1."),
      "\(run.errors)")
    #expect(run.errors.contains("the requests of 60 an hour that 127.0.0.1:\(server.port) allows are used up until "))
    #expect(run.errors.contains("hint: wait, or give a token for 127.0.0.1:\(server.port)"))
  }

  @Test(
    arguments: [
      ("{}", "`tag_name` is missing"), ("<html>", "is no JSON"),
      (#"{"tag_name": "v1", "assets": []}"#, "has no assets"),
    ])
  func `what is no release is told`(answer: String, reason: String) async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(answer)
    let run = try await sandbox.run("get", page, "--retries", "0")
    #expect(run.status != 0)
    #expect(run.errors.contains(reason), "\(run.errors)")
  }

  @Test func `an asset that is not there is told with the nearest name`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(release())
    let run = try await sandbox.run("get", server.address + "/o/r/releases/download/v1/modle.bin")
    #expect(run.status == 3)
    #expect(run.errors.contains("has no asset `modle.bin`"), "\(run.errors)")
    #expect(run.errors.contains("model.bin"))
  }

  @Test func `a registry names a release like any source, and a lock holds it`() async throws {
    server["/api/v3/repos/o/r/releases/tags/v1"] = .json(release())
    try sandbox.write(
      #"{"models": {"m": {"source": "\#(page)", "files": ["model.bin"], "main": "model.bin"}}}"#,
      to: "work/lfsfetch.json")
    let path = try await sandbox.path("get", "m")
    #expect(bytes(path) == Data(model))
    let locked = try await sandbox.run("lock", "m")
    #expect(locked.status == 0, "\(locked.errors)")
    let count = server.requests().count
    let again = try await sandbox.run("get", "m", "--locked", environment: ["LFSFETCH_CACHE": sandbox.folder + "/c2"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(!server.requests().dropFirst(count).contains { $0.path.hasPrefix("/api/") })
  }

  // MARK: GitLab

  /// https://docs.gitlab.com/api/releases/#get-a-release-by-a-tag-name
  @Test func `the links of a release of GitLab are its files`() async throws {
    server["/api/v4/projects/g%2Fsub%2Fp/releases/v1"] = .json(
      """
      {"tag_name": "v1", "description": "Notes", "name": "Version 1",
       "assets": {"count": 2, "sources": [{"format": "zip", "url": "https://h/p-v1.zip"}], "links": [
         {"id": 1, "name": "model.bin", "url": "\(server.address)/elsewhere/1", "link_type": "other",
          "direct_asset_url": "\(server.address)/g/sub/p/-/releases/v1/downloads/model.bin"},
         {"id": 2, "name": "labels.txt", "url": "\(server.address)/elsewhere/2", "link_type": "other",
          "direct_asset_url": "\(server.address)/g/sub/p/-/releases/v1/downloads/labels.txt"}]}}
      """)
    serveAssets(at: "/g/sub/p/-/releases/v1/downloads/")
    let run = try await sandbox.run("get", server.address + "/g/sub/p/-/releases/v1:*.bin")
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path + "/model.bin") == Data(model))
    #expect(run.errors.contains("nothing tells what `model.bin` should be"), "\(run.errors)")
    #expect(!requested().contains { $0.hasSuffix("labels.txt") })
  }

  /// What is in the project's own packages is at GitLab, and what is linked at another host, which must not be told.
  @Test(arguments: [true, false]) func `a release of a private project of GitLab comes with the token`(
    byOwnVariable: Bool
  ) async throws {
    let other = try FaultServer(["/signed/1": .content(model), "/linked/2": .content(labels)])
    let refused = FaultServer.Fault.status(404, body: #"{"message": "404 Project Not Found"}"#)
      .when { $0.headers["Authorization"] != "Bearer glpat-t0ken" }
    server["/api/v4/projects/g%2Fp/releases/v1"] = FaultServer.Route.json(
      """
      {"tag_name": "v1", "assets": {"links": [
         {"id": 1, "name": "model.bin", "url": "\(server.address)/api/v4/projects/7/packages/generic/m/1/model.bin",
          "direct_asset_url": "\(server.address)/g/p/-/releases/v1/downloads/model.bin"},
         {"id": 2, "name": "labels.txt", "url": "\(other.address)/linked/2",
          "direct_asset_url": "\(other.address)/linked/2"}]}}
      """
    ).with([refused])
    let package = "/api/v4/projects/7/packages/generic/m/1/model.bin"
    server["/g/p/-/releases/v1/downloads/model.bin"] = .redirect(to: package).with([refused])
    server[package] = .redirect(to: other.address + "/signed/1").with([refused])
    let page = server.address + "/g/p/-/releases/v1"
    let token =
      byOwnVariable
      ? ["LFSFETCH_TOKEN_127_0_0_1_\(server.port)": "glpat-t0ken"]
      : ["GITLAB_HOST": server.address, "GITLAB_TOKEN": "glpat-t0ken"]
    let run = try await sandbox.run("get", page, environment: token)
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.path + "/model.bin") == Data(model))
    #expect(bytes(run.path + "/labels.txt") == Data(labels))
    #expect(server.requests().allSatisfy { $0.headers["Authorization"] == "Bearer glpat-t0ken" })
    #expect(other.requests("/signed/1").count >= 1 && other.requests("/linked/2").count >= 1)
    for request in other.requests() {
      #expect(request.headers["Authorization"] == nil)
      #expect(!request.headers.fields.contains { "\($0)".contains("glpat") })
    }
    // Without it, nobody knows that there is such a project.
    let cache = ["LFSFETCH_CACHE": sandbox.folder + "/other"]
    let without = try await sandbox.run("get", page, environment: cache)
    #expect(without.status == 3)
    #expect(without.errors.contains("404 Project Not Found"), "\(without.errors)")
    #expect(without.errors.contains("a private repository also answers like this without a token"), "\(without.errors)")
  }
}

import Files
import Git
import Text

/// A reference as git tells the hook `pre-push` of it: `LOCAL-REFERENCE LOCAL-ID REMOTE-REFERENCE REMOTE-ID`.
package struct PushedReference: Sendable, Equatable {
  /// nil where the reference is to be deleted.
  let local: ObjectID?
  let remoteName: String
  /// What the remote has there; nil where it has nothing.
  let remote: ObjectID?

  /// nil for a line that is none. What is pushed may be an expression with blanks in it, such as `:/fix the bug`.
  package init?(_ line: String) {
    let words = line.words(at: " ").suffix(3).map(String.init)
    guard words.count == 3 else { return nil }
    (local, remoteName, remote) = (.init(toldToHook: words[0]), words[1], .init(toldToHook: words[2]))
  }
}

/// Whether what a push brings has its content on the LFS server.
extension LFSRepository {
  /// What a push would leave without content.
  package struct PushCheck: Sendable {
    /// Where the content was looked for.
    package let server: String
    /// The files that lack theirs, each object once.
    package var missing: [LFSFile] = []
    /// How many of them have no content on this machine either, so that it could not be uploaded from here.
    package var missingHereToo = 0
  }

  /// Asks the server of a push for the objects of all commits that it would bring, each version of a file. `address` is
  /// where git pushes to, when it is known; nil is returned where there is nothing to ask for.
  package func check(
    pushOf references: [PushedReference], to remote: String, address: String?
  ) async throws(FetchError) -> PushCheck? {
    let files = try await files(broughtBy: references, to: remote)
    let objects = Self.objects(of: files)
    guard !objects.isEmpty else { return nil }
    let updated = references.filter { $0.local != nil }.map(\.remoteName)
    let source = try pushSource(
      remote: remote, address: address, reference: updated.count == 1 ? updated[0] : nil)
    let missing = try await missing(objects.map { Batch.Object(oid: $0.oid, size: $0.size) }, at: source)
    var check = PushCheck(server: source.name)
    var seen: Set<SHA256Digest> = []
    check.missing = files.filter { missing.contains($0.pointer.oid) && seen.insert($0.pointer.oid).inserted }
    check.missingHereToo = try notHere(check.missing).count
    return check
  }

  /// The LFS files of the commits that the remote does not have, as far as is known here.
  private func files(
    broughtBy references: [PushedReference], to remote: String
  ) async throws(FetchError) -> [LFSFile] {
    let pushed = references.compactMap(\.local)
    guard !pushed.isEmpty else { return [] }
    return try await reading { git async throws(GitError) in
      let tracking = try await git.references().filter { $0.name.begins(with: "refs/remotes/\(remote)/") }
      let known = await git.commits(among: tracking.map(\.commit) + references.compactMap(\.remote))
      let new = try await git.commits(from: git.commits(among: pushed), excluding: known)
      return try await git.lfsFiles(broughtBy: new)
    }
  }

  private func pushSource(remote: String, address: String?, reference: String?) throws(FetchError) -> Source {
    let endpoint =
      if let address {
        try endpoint(address: address, remote: remote, reference: reference, isPush: true)
      } else {
        try endpoint(remote: remote, reference: reference, isPush: true)
      }
    return try endpoint.source(asking: remote, repository.config)
  }
}

/// Which objects somebody else has.
extension LFSRepository {
  /// Those of the objects that the source does not have. A server is asked where they could be downloaded: every server
  /// answers that for whoever may read, and nothing is changed by it.
  func missing(_ objects: [Batch.Object], at source: Source) async throws(FetchError) -> Set<SHA256Digest> {
    switch source {
    case .lfs(let server): return try await missing(objects, at: server)
    case .folder(let folder):
      return try inMedia { () throws(FileError) in
        var missing: Set<SHA256Digest> = []
        for object in objects where try !MediaFolder.holds(object, in: folder) { missing.insert(object.oid) }
        return missing
      }
    case .url, .bucket, .file, .agent:
      throw FetchError(.usage, "`\(source.name.escapingControls)` is no LFS server that could be asked")
    }
  }

  private func missing(_ objects: [Batch.Object], at server: LFSServer) async throws(FetchError) -> Set<SHA256Digest> {
    let client = try fetcher.network.parts().batch
    var missing: Set<SHA256Digest> = []
    var rest = objects[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(BatchClient.maximumObjects))
      rest = rest.dropFirst(BatchClient.maximumObjects)
      do throws(FetchError) {
        for (oid, answer) in try await client.locate(part, at: server) {
          guard case .failure(let error) = answer else { continue }
          // Anything else is no word about whether it has the object.
          guard [404, 410].contains(error.code) else { throw FetchError(error) }
          missing.insert(oid)
        }
      } catch {
        // A server may also say 404 because it has none of these.
        guard error.code == .notFound else { throw error }
        missing.formUnion(part.map(\.oid))
      }
    }
    return missing
  }
}

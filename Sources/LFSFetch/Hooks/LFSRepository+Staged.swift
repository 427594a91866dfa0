import Git
import Text

/// What the hook `pre-commit` looks at: the files that the next commit would bring, as the index has them.
extension LFSRepository {
  /// Why a file should not be committed as it is.
  package struct StagedFlaw: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      /// Attributes give the file to LFS, and it is staged with its content instead of a pointer.
      case content(size: Int64)
      /// A pointer that breaks the rules, and why.
      case malformed(String)
      /// A pointer that is written in another way than everybody writes it.
      case notCanonical
      /// Larger than files without LFS are to be.
      case large(size: Int64, LargeFileLimit)
      /// A sound pointer, but what makes LFS replace it is only in the work tree's `.gitattributes`: no reason to refuse
      /// the commit.
      case attributesNotStaged
    }

    package let kind: Kind
    package let path: [UInt8]

    package var name: String { String(decoding: path, as: UTF8.self) }
  }

  /// The flaws of what is staged; `paths`, as seen from the top of the work tree, are looked at whether they have
  /// changed or not, and then nothing else is.
  package func stagedFlaws(of paths: [String]) async throws(FetchError) -> [StagedFlaw] {
    let index = try await wholeIndex()
    let entries = try await paths.isEmpty ? changedEntries() : Self.entries(at: paths, in: index)
    guard !entries.isEmpty else { return [] }
    let names = entries.map(\.path)
    let facts = try await reading { git async throws(GitError) in
      return StagedFacts(
        filters: try await git.attribute("filter", of: names, .index(index)),
        limits: try await git.attribute(LargeFileLimit.attribute, of: names, .index(index)),
        sizes: try await git.sizes(of: Set(entries.map(\.id))),
        contents: try await git.content(of: Set(entries.map(\.id)), below: Pointer.sizeLimit))
    }
    let configured = try settings.largeFileLimit()
    var flaws: [StagedFlaw] = []
    var unfiltered: [[UInt8]] = []
    for (position, entry) in entries.enumerated() {
      let filter = facts.filters[position]
      let size = facts.sizes[entry.id] ?? 0
      let limit = try Self.limit(of: entry.path, facts.limits[position], configured)
      if let kind = Self.flaw(facts.contents[entry.id], filter, size, limit) {
        flaws.append(StagedFlaw(kind: kind, path: entry.path))
      } else if filter == .unspecified, let blob = facts.contents[entry.id], !blob.isEmpty,
        (try? Pointer.parse(blob)) != nil
      {
        unfiltered.append(entry.path)
      }
    }
    let pointers = unfiltered
    let isFiltered = try await reading { git async throws(GitError) in try await git.filtered(pointers) }
    return flaws
      + zip(pointers, isFiltered).filter(\.1).map { StagedFlaw(kind: .attributesNotStaged, path: $0.0) }
  }

  /// `blob` is nil where it is too large for a pointer, or not here.
  private static func flaw(
    _ blob: [UInt8]?, _ filter: AttributeValue, _ size: Int64, _ limit: LargeFileLimit?
  ) -> StagedFlaw.Kind? {
    if size == 0 { return nil }
    // Who takes the filter away from a path says that what is there is no pointer, whatever it looks like.
    if let blob, filter != .unset {
      do throws(PointerError) {
        if let pointer = try Pointer.parse(blob) {
          return pointer.text.utf8.elementsEqual(blob) ? nil : .notCanonical
        }
      } catch { return .malformed(error.description) }
    }
    if filter == .value("lfs") { return .content(size: size) }
    if let limit, !limit.allows(size) { return .large(size: size, limit) }
    return nil
  }

  private static func limit(
    of path: [UInt8], _ attribute: AttributeValue, _ configured: LargeFileLimit?
  ) throws(FetchError) -> LargeFileLimit? {
    switch attribute {
    case .unset: return nil
    case .unspecified, .set: return configured
    case .value(let text):
      guard let limit = LargeFileLimit(text) else {
        let name = String(decoding: path, as: UTF8.self).escapingControls
        throw .noSize(text, "the attribute `\(LargeFileLimit.attribute)` of `\(name)`")
      }
      return limit
    }
  }

  /// What the commit would change. Of a merge, what one of its sides brings is not the user's to mend.
  private func changedEntries() async throws(FetchError) -> [GitIndex.Entry] {
    let merged = try await reading { git async throws(GitError) in await git.mergedHeads() }
    return try await stagedEntries(besides: merged)
  }

  private static func entries(at paths: [String], in index: GitIndex) -> [GitIndex.Entry] {
    let wanted = Set(paths.map { Array($0.utf8) })
    return index.entries.filter { entry in
      entry.stage == 0 && (entry.mode == .regular || entry.mode == .executable) && wanted.contains(entry.path)
    }
  }
}

/// What git says of the staged files; the lists are in their order.
private struct StagedFacts: Sendable {
  let filters: [AttributeValue]
  let limits: [AttributeValue]
  let sizes: [ObjectID: Int64]
  let contents: [ObjectID: [UInt8]]
}

import Git
import Text

/// Files that come without a hash: trusted when they are first used, and held to it from then on.
extension Fetcher {
  /// Says of which files nothing proves that they are the right ones.
  func tellOfTrust(in missing: [MissingObject]) {
    for object in missing where object.firstUse?.isTrust == true {
      progress(
        .warning(
          "nothing tells what `\(object.name.escapingControls)` should be: the bytes that come now are trusted, and their "
            + "SHA-256 is remembered"))
    }
  }

  /// Puts what was learnt in the place of what was not known, and remembers it.
  func learn(
    _ learned: [SHA256Digest: Learned], in models: inout [ModelInProgress], by resolver: Resolver? = nil
  ) {
    for index in models.indices where models[index].isAlive {
      guard let wanted = models[index].wanted, let resolution = models[index].resolution, !resolution.isKnown else {
        continue
      }
      let known = resolution.learning { learned[$0.key] }
      models[index].resolved(known)
      guard known.isKnown else { continue }
      do throws(FetchError) { try (resolver ?? self.resolver).remember(known, of: wanted) } catch {
        models[index].fail(error)
      }
    }
  }

  /// The same for models that are not to be put in place.
  func learning(_ models: [ModelInProgress], by resolver: Resolver) async -> [ModelInProgress] {
    var models = models
    guard models.contains(where: { $0.isAlive && $0.resolution?.isKnown == false }) else { return models }
    var missing: [MissingObject] = []
    for object in models.filter(\.isAlive).flatMap({ $0.resolution?.objects ?? [] }) where object.firstUse != nil {
      let wanted = MissingObject(
        oid: object.oid, size: object.size, name: object.path.string, firstUse: object.firstUse)
      if !missing.contains(wanted) { missing.append(wanted) }
    }
    do throws(FetchError) {
      tellOfTrust(in: missing)
      let run = try beginRun()
      let outcome = await download(missing, for: models)
      for index in models.indices { models[index].note(outcome.failures) }
      learn(outcome.learned, in: &models, by: resolver)
      try await end(run)
    } catch {
      for index in models.indices { models[index].fail(error) }
    }
    return models
  }

  /// The failures, where a file is not the one any more that was once trusted.
  func explained(
    _ outcome: TransferEngine.Outcome, _ models: [ModelInProgress], isLocked: Bool
  ) -> [SHA256Digest: FetchError] {
    var failures = outcome.failures
    for model in models {
      for file in model.resolution?.files ?? [] where file.isLearned {
        guard let oid = file.object, let failure = failures[oid], failure.code == .integrity else { continue }
        let found = outcome.found[oid].map { ["it has the SHA-256 \($0) now"] } ?? []
        let name = model.request.text.escapingControls
        failures[oid] = FetchError(
          .integrity, "`\(file.path)` is not the file any more that was fetched at first",
          causes: ["it had the SHA-256 \(oid)"] + found + failure.causes,
          hint: isLocked
            ? "if it was changed on purpose, `lfsfetch update \(name)` takes what it is now into the lock"
            : "if it was changed on purpose, `lfsfetch get --refresh \(name)` takes what it is now")
      }
      for file in model.resolution?.files ?? [] where !file.isLearned {
        guard let oid = file.object, failures[oid]?.code == .integrity, failures[oid]?.hint == nil else { continue }
        failures[oid]?.hint = hint(for: model, isLocked: isLocked)
      }
    }
    return failures
  }

  /// What to do when the bytes that come are not those that were promised: who has promised them can take it back, but for
  /// an object of git's, which never becomes another one.
  private func hint(for model: ModelInProgress, isLocked: Bool) -> String? {
    guard let wanted = model.wanted, let address = try? SourceAddress(wanted.source) else { return nil }
    if case .git = address {
      return isLocked || !wanted.pinned.isEmpty
        ? "its host gives other bytes than it should: try again later, or name a mirror of it in a registry file" : nil
    }
    if isLocked {
      return
        "if it was changed on purpose, `lfsfetch update \(model.request.text.escapingControls)` takes what it is now "
        + "into the lock; else do not use it"
    }
    if wanted.isFromRegistry { return wanted.pinHint }
    return "if it was changed on purpose, name it with the hash that it has now; else do not use it"
  }
}

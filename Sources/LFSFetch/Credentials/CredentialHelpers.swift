import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// All helpers that the configuration names for an address, asked as git asks them: in order, until user and password
/// are known; and told, all of them, whether these were right.
struct CredentialHelpers: Sendable {
  let helpers: [CredentialHelper]
  /// Where git keeps its programs.
  let folders: [String]
  /// For what a helper says to the user, and for one that cannot be run.
  let warn: @Sendable (String) -> Void

  /// What they know, over `attributes`.
  func fill(_ attributes: CredentialAttributes) async -> CredentialAttributes {
    var attributes = attributes
    for helper in helpers where attributes.found == nil && !attributes.quits && !Task.isCancelled {
      guard let answer = await run(helper, .get, attributes) else { continue }
      var filled = attributes
      do throws(CredentialAttributes.Unsafe) {
        try filled.take(answer: answer, now: Int64(time(nil)))
        attributes = filled
      } catch {
        warn("the credential helper `\(helper.name)` answered with a line break in a value; its answer is not used")
      }
    }
    return attributes
  }

  func approve(_ attributes: CredentialAttributes) async {
    guard !attributes.isEphemeral else { return }
    for helper in helpers { _ = await run(helper, .store, attributes) }
  }

  func reject(_ attributes: CredentialAttributes) async {
    for helper in helpers { _ = await run(helper, .erase, attributes) }
  }

  private func run(
    _ helper: CredentialHelper, _ operation: CredentialHelper.Operation, _ attributes: CredentialAttributes
  ) async -> [UInt8]? {
    guard let input = try? attributes.lines(for: operation) else { return nil }
    let name = helper.name
    do throws(FileError) {
      return try await helper.run(operation, input, folders: folders) { [warn] line in
        warn("the credential helper `\(name)` says: \(line)")
      }
    } catch {
      // Once is enough: it would not be found for `store` either.
      if operation == .get { warn("cannot use the credential helper `\(name)`: \(error)") }
      return nil
    }
  }
}

extension CredentialHelper {
  /// For people: the first word. What follows may be a secret, as in `!echo password=…`.
  var name: String {
    let word = command.words(at: " ").first.map(String.init) ?? command
    return word.begins(with: "!") ? "!…" : word
  }
}

import Files
import JSON
import Text

/// One registry file among those that are laid over each other.
package struct RegistryLayer: Sendable {
  package enum Kind: String, Sendable {
    case builtIn = "built in"
    case system, user, project
    /// Named on the command line.
    case option
  }

  /// The path or address of the file.
  package let name: String
  /// What brought it here; a layer that a file names has that file's kind.
  package let kind: Kind
  /// Whether another host has it.
  package let isRemote: Bool
  package let contents: RegistryContents

  /// A project's file comes with a checkout, and may be somebody else's, as may the file of another host: see
  /// docs/reference/registry.md.
  package var isTrusted: Bool { kind != .project && !isRemote }

  package static func parse(
    _ bytes: [UInt8], name: String, kind: Kind, isRemote: Bool = false
  ) throws(FetchError) -> RegistryLayer {
    let faults: [JSONError]
    do throws(JSONError) {
      let (contents, found) = RegistryReader.read(try JSON.parse(bytes, allowingComments: true))
      if found.isEmpty {
        let folder = kind == .builtIn || isRemote ? nil : name.absolutePath.parentFolder
        return RegistryLayer(
          name: name, kind: kind, isRemote: isRemote, contents: folder.map(contents.readingPaths) ?? contents)
      }
      faults = found
    } catch {
      faults = [error]
    }
    let name = name.escapingControls
    throw FetchError(
      .usage, "the registry `\(name)` has \(faults.count == 1 ? "a fault" : "\(faults.count) faults")",
      causes: faults.map { "\(name):\($0.position): \($0.message.escapingControls)" })
  }
}

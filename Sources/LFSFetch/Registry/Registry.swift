import BuiltInRegistry
import Files
import Git
import JSON
import Text

/// The models that are known by name: the built-in ones, and those of the files that the user names, which win.
package struct Registry: Sendable, Equatable {
  package private(set) var entries: [RegistryEntry] = []

  package init(entries: [RegistryEntry] = []) { self.entries = entries }

  /// The built-in registry, with the files of `paths` laid over it one after the other.
  package static func load(files paths: [String]) throws(FetchError) -> Registry {
    var registry = try parse(BuiltInRegistry.json, name: "the built-in registry")
    for path in paths {
      let bytes: [UInt8]
      do throws(FileError) {
        bytes = try readFile(path, limit: 16 << 20)
      } catch {
        throw FetchError(
          .usage, "cannot read the registry `\(path.escapingControls)`", causes: [error.reason],
          hint: "`--registry` takes the path of a JSON file; see docs/reference/registry.md")
      }
      registry.overlay(try parse(bytes, name: path))
    }
    return registry
  }

  /// `name` is the file's, for messages.
  package static func parse(_ bytes: [UInt8], name: String) throws(FetchError) -> Registry {
    do throws(JSONError) {
      return try RegistryReader.read(try JSON.parse(bytes, allowingComments: true))
    } catch {
      throw FetchError(
        .usage, "the registry `\(name.escapingControls)` has a fault",
        causes: ["\(name.escapingControls):\(error.position): \(error.message.escapingControls)"])
    }
  }

  /// Entries of `other` replace those of the same name.
  package mutating func overlay(_ other: Registry) {
    for entry in other.entries {
      if let index = entries.firstIndex(where: { $0.name == entry.name }) {
        entries[index] = entry
      } else {
        entries.append(entry)
      }
    }
  }

  /// By name first, then by alias; of two that claim an alias the later one has it.
  package func find(_ name: String) -> RegistryEntry? {
    entries.first { $0.name == name } ?? entries.last { $0.aliases.contains(name) }
  }

  package func entry(named name: String) throws(FetchError) -> RegistryEntry {
    if let entry = find(name) { return entry }
    let names = entries.flatMap { [$0.name] + $0.aliases }
    throw FetchError(
      .notFound, "no model is called `\(name.escapingControls)`",
      hint: NearestName.hint(for: name, among: names)
        ?? "`lfsfetch list` shows the names that are known; a repository is given as a URL")
  }
}

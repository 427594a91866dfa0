import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where the registries of the machine, the user and the project are. A value; whether the first two exist is found
/// out when they are read.
package struct RegistryPlaces: Sendable, Equatable {
  package var system: String?
  package var user: String?
  /// The `lfsfetch.json` that was found.
  package var project: String?
  /// Why a file that was found is not used.
  package var warnings: [String] = []

  package static let none = RegistryPlaces()

  package static let projectFile = "lfsfetch.json"

  package static func standard(
    _ environment: [String: String], workingDirectory: String = "."
  ) -> RegistryPlaces {
    var places = RegistryPlaces(system: "/etc/lfsfetch/registry.json")
    // As git has it with `GIT_CONFIG_SYSTEM`: for machines whose settings are elsewhere, and for none with an empty one.
    if let path = environment["LFSFETCH_SYSTEM_REGISTRY"] { places.system = path.isEmpty ? nil : path }
    if let base = environment["XDG_CONFIG_HOME"], base.begins(with: "/") {
      places.user = base + "/lfsfetch/registry.json"
    } else {
      places.user = Cache.homeFolder(environment) + "/.config/lfsfetch/registry.json"
    }
    places.findProject(from: workingDirectory.absolutePath)
    return places
  }

  /// The nearest one upward. Somebody else's is passed over, as git does: in a shared folder such as `/tmp` anybody
  /// could leave one.
  private mutating func findProject(from folder: String) {
    var folder: String? = folder
    while let current = folder {
      let path = (current == "/" ? "" : current) + "/" + Self.projectFile
      if let status = try? FileStatus.of(path.realPath) {
        if status.kind != .file {
          warnings.append("`\(path.escapingControls)` is no file, and is not used")
        } else if status.user != geteuid(), status.user != 0 {
          warnings.append(
            "`\(path.escapingControls)` belongs to another user, and is not used; `--registry` takes it nevertheless")
        } else {
          project = path
        }
        return
      }
      folder = current == "/" ? nil : current.parentFolder
    }
  }
}

import Files
import Git
import Text

/// Where the files of each model go below `--to`: one model fills the folder itself, several get a folder each, named
/// like the model, so that the same paths of two models do not meet.
struct Destinations {
  private let root: String?
  private let models: [ModelInProgress]

  init(_ models: [ModelInProgress], root: String?) {
    self.root = root
    self.models = models
  }

  /// nil without `--to`.
  func folder(of index: Int) throws(FetchError) -> String? {
    guard let root, let wanted = models[index].wanted else { return nil }
    if models.count == 1 { return root }
    let name = wanted.folderName
    for other in models.compactMap(\.wanted) where other.folderName.isSame(as: name) {
      guard other.source.isSame(as: wanted.source), other.revision == wanted.revision else {
        throw FetchError(
          .usage, "two models would both be put into `\((root + "/" + name).escapingControls)`",
          hint: "fetch them with a command each, and another `--to`")
      }
    }
    return root + "/" + name
  }
}

extension Wanted {
  /// The model's name, with its variant; for a repository the last part of its address. Not every file system takes a
  /// colon.
  var folderName: String {
    if isFromRegistry { return model.replacing(":", with: "-") }
    if let name = SourceAddress.fileName(of: source) { return name }
    let last = source.words(at: "/").last ?? "model"
    let name = String(last.rest(before: ".git") ?? last)
    return RegistryReader.isName(name) ? name : "model"
  }
}

extension Fetcher {
  /// Files that are put into the folder that they come from would be among them the next time, and one file would be put
  /// over itself.
  func checkDestination(of wanted: Wanted) throws(FetchError) {
    guard let destination = configuration.destination, case .local(let path) = try SourceAddress(wanted.source)
    else { return }
    let isFile = SourceAddress.fileName(of: wanted.source) != nil
    let folder = isFile ? path.realPath.parentFolder ?? "/" : path.realPath
    let target = destination.realPathOfFuture
    guard target.isSame(as: folder) || !isFile && target.path(below: folder) != nil else { return }
    guard !isFile else {
      throw FetchError(
        .usage, "\(wanted.place) is in `\(destination.escapingControls)` already",
        causes: ["it would be put over itself"], hint: "put it into a folder elsewhere: `--to DIR`")
    }
    throw FetchError(
      .usage, "`\(destination.escapingControls)` is inside of \(wanted.place), from which the files come",
      causes: ["the next time they would be among the files themselves"],
      hint: "put them into a folder elsewhere: `--to DIR`")
  }
}

extension String {
  /// The real path, also of what is not there yet.
  fileprivate var realPathOfFuture: String {
    var missing: [String] = []
    var path = absolutePath
    while path != "/", ((try? FileStatus.of(path)) ?? nil) == nil, let folder = path.parentFolder {
      missing.append(path.lastPathComponent)
      path = folder
    }
    let real = path.realPath
    return missing.reversed().reduce(real == "/" ? "" : real) { $0 + "/" + $1 }
  }
}

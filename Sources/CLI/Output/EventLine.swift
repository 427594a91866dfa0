import JSON
import LFSFetch

/// The JSON objects that `--json` prints, one a line; `docs/reference/json-events.md` documents each field.
enum EventLine {
  static func event(_ event: ProgressEvent) -> String {
    switch event {
    case .layerFetched(let source, let revision):
      line("layer-fetched", [("source", .string(source)), ("revision", .string(revision))])
    case .variantChosen(let model, let variant, let reason):
      line(
        "variant-chosen",
        [("model", .string(model)), ("variant", .string(variant)), ("reason", .string(reason))])
    case .resolving(let model, let source):
      line("resolving", [("model", .string(model)), ("source", .string(source))])
    case .resolved(let model, let revision, let files):
      line(
        "resolved",
        [("model", .string(model)), ("revision", .string(revision)), ("files", .integer(files))])
    case .planned(let objects, let bytes, let reused):
      line(
        "planned", [("objects", .integer(objects)), ("bytes", .integer(bytes)), ("reused", .integer(reused))])
    case .objectStarted(let object, let name, let bytes, let resumed):
      line(
        "object-started",
        [
          ("object", .string(object)), ("name", .string(name)), ("bytes", .integer(bytes)),
          ("resumed", .integer(resumed)),
        ])
    case .objectProgress(let object, let received):
      line("object-progress", [("object", .string(object)), ("received", .integer(received))])
    case .objectFinished(let object):
      line("object-finished", [("object", .string(object))])
    case .warning(let message):
      line("warning", [("message", .string(message))])
    case .modelFinished(let model, let path):
      line("model-finished", [("model", .string(model)), ("path", .string(path))])
    case .modelFailed(let model, let error):
      line("model-failed", [("model", .string(model)), ("error", json(error))])
    case .finished(let downloaded, let reused, let seconds):
      line(
        "finished",
        [("downloaded", .integer(downloaded)), ("reused", .integer(reused)), ("seconds", .seconds(seconds))])
    }
  }

  /// The last line of `get`: what became of each NAME, in the order given.
  static func result(
    _ results: [(request: String, outcome: Result<FetchedModel, FetchError>)], _ status: ExitStatus
  ) -> String {
    let models = results.map { result -> JSON in
      var fields: [(String, JSON?)] = [("name", .string(result.request))]
      switch result.outcome {
      case .success(let model):
        fields += [
          ("model", .string(model.model)), ("path", .string(model.path)),
          ("commit", model.commit.map { .string($0) }),
          ("files", .integer(model.files)), ("bytes", .integer(model.bytes)),
        ]
      case .failure(let error):
        fields.append(("error", json(error)))
      }
      return .object(fields)
    }
    return line("result", [("status", .integer(status.rawValue)), ("models", .array(models))])
  }

  /// The command as a whole failed.
  static func failure(_ error: FetchError, _ status: ExitStatus) -> String {
    line("error", [("status", .integer(status.rawValue)), ("error", json(error))])
  }

  static func json(_ error: FetchError) -> JSON {
    .object([
      ("code", .string(error.code.rawValue)), ("message", .string(error.message)),
      ("causes", .array(error.causes.map { .string($0) })), ("hint", error.hint.map { .string($0) }),
    ])
  }

  private static func line(_ name: String, _ fields: [(String, JSON?)]) -> String {
    JSON.object([("event", .string(name))] + fields).text
  }
}

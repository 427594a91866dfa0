import Files
import JSON
import Text

/// What can be asked about the registry itself.
extension Fetcher {
  /// What the layers say of a model or preset, by name or alias, the one that counts first.
  public func statements(of name: String) throws(FetchError) -> [RegistryStatement] {
    let known = registry.preset(named: name)?.name
    let name = if let known { known } else { try registry.entry(named: name).name }
    return registry.statements(of: name).map { origin in
      RegistryStatement(
        name: name, file: origin.layer.name, layer: origin.layer.kind.rawValue, line: origin.position.line,
        column: origin.position.column, text: JSON.object([(name, origin.json.withoutSecrets)]).laidOut())
    }
  }

  /// Reads registry files, or all layers, and tells of each what is wrong with it.
  public static func checkRegistry(
    _ files: [String], _ configuration: FetcherConfiguration
  ) async throws(FetchError) -> [RegistryCheck] {
    var configuration = configuration
    configuration.registryFiles += files
    let places = files.isEmpty ? configuration.registryPlaces : .none
    let known: [(String?, RegistryLayer.Kind)] = [
      (places.system, .system), (places.user, .user), (places.project, .project),
    ]
    var checks: [RegistryCheck] = []
    for (path, kind) in known {
      guard let path, ((try? FileStatus.of(path.realPath)) ?? nil) != nil else { continue }
      checks.append(check(path, kind))
    }
    for text in files.isEmpty ? configuration.registryFiles : files {
      if case .file(let path) = try RegistryLoader.address(text) { checks.append(check(path, .option)) }
    }
    guard checks.allSatisfy({ $0.error == nil }) else { return checks }
    // What one layer says of another can be judged only when all of them are there.
    let fetcher = try await withAllLayers(configuration)
    let own = Set(files)
    return fetcher.registry.layers.filter { own.isEmpty || own.contains($0.name) }.map { layer in
      RegistryCheck(
        file: layer.name, models: layer.contents.models.count, presets: layer.contents.presets.count,
        error: fetcher.registry.unknownMembers(of: layer))
    }
  }

  private static func check(_ path: String, _ kind: RegistryLayer.Kind) -> RegistryCheck {
    do throws(FetchError) {
      let contents = try RegistryFile(existing: path).contents
      return RegistryCheck(file: path, models: contents.models.count, presets: contents.presets.count)
    } catch {
      return RegistryCheck(file: path, models: 0, presets: 0, error: error)
    }
  }
}

extension JSON {
  /// The addresses in an entry without user, password and query: what is printed gets into logs.
  fileprivate var withoutSecrets: JSON {
    guard case .object(let members) = value else { return self }
    return .object(
      members.map { member in
        switch (member.name, member.value.value) {
        case ("source", .string(let text)), ("homepage", .string(let text)):
          (member.name, .string(text.withoutCredentials))
        case ("mirrors", .array(let mirrors)):
          (member.name, .array(mirrors.map { .string(((try? $0.string()) ?? "").withoutCredentials) }))
        default: (member.name, member.value.withoutSecrets)
        }
      })
  }
}

extension Registry {
  /// Models of presets that no layer knows.
  fileprivate func unknownMembers(of layer: RegistryLayer) -> FetchError? {
    var causes: [String] = []
    for preset in layer.contents.presets {
      for element in (try? preset.json["models"]?.elements()) ?? [] {
        guard let text = try? element.string(), let request = try? ModelRequest(text),
          case .name(let name) = request.target
        else { continue }
        let entry = find(name)
        let isKnown = entry.map { entry in
          request.variant.map { $0 == Variant.automatic || entry.facts(of: $0) != nil } ?? true
        }
        if isKnown != true {
          causes.append("\(layer.name):\(element.position): no model is called `\(text)`".escapingControls)
        }
      }
    }
    guard !causes.isEmpty else { return nil }
    return FetchError(
      .usage,
      "the registry `\(layer.name.escapingControls)` has \(causes.count == 1 ? "a fault" : "\(causes.count) faults")",
      causes: causes)
  }
}

/// What a layer says of a model or a preset.
public struct RegistryStatement: Sendable, Equatable {
  public let name: String
  /// The path or address of the registry.
  public let file: String
  /// `built in`, `system`, `user`, `project` or `option`.
  public let layer: String
  public let line: Int
  public let column: Int
  /// As it would stand in the `models` or `presets` of a registry file.
  public let text: String
}

/// What came of reading a registry.
public struct RegistryCheck: Sendable, Equatable {
  public let file: String
  public let models: Int
  public let presets: Int
  public internal(set) var error: FetchError?
}

/// One line of `lfsfetch list`.
public struct ModelSummary: Sendable, Equatable {
  public let name: String
  public let aliases: [String]
  public let description: String?
  public let source: String
  /// Of the files in the cache, else of the objects whose size the registry knows; nil when neither is known.
  public let bytes: Int64?
  public let isCached: Bool
  public internal(set) var tags: [String] = []
  /// Best first.
  public internal(set) var variants: [VariantSummary] = []
  /// Whether the name alone cannot be fetched.
  public internal(set) var needsVariant = false
}

/// One of the forms that a model comes in.
public struct VariantSummary: Sendable, Equatable {
  public let name: String
  public let description: String?
  /// What it takes to run it, where the registry says so.
  public let memory: Int64?
  public let needsAccelerator: Bool
  public let bytes: Int64?
  public let isCached: Bool
}

/// A named group of models.
public struct PresetSummary: Sendable, Equatable {
  public let name: String
  public let description: String?
  /// As NAME or NAME:VARIANT.
  public let models: [String]
}

/// What `lfsfetch info` prints.
public struct ModelDetails: Sendable, Equatable {
  public struct Object: Sendable, Equatable {
    public let path: String
    /// nil where the file is to be believed when it is first fetched.
    public let oid: String?
    public let size: Int64?
  }

  public let name: String
  /// nil where only the variants have one, or each file has addresses of its own.
  public let source: String?
  public internal(set) var aliases: [String] = []
  public internal(set) var description: String?
  public internal(set) var licence: String?
  public internal(set) var homepage: String?
  public internal(set) var tags: [String] = []
  /// The registry file that says so.
  public internal(set) var layer: String?
  public internal(set) var revision: String?
  public internal(set) var branch: String?
  public internal(set) var template: String?
  public internal(set) var files: [String] = []
  public internal(set) var main: String?
  public internal(set) var objects: [Object] = []
  public internal(set) var mirrors: [String] = []
  public internal(set) var variants: [VariantSummary] = []
  public internal(set) var cachedPath: String?
  /// Whether only its variants can be fetched.
  public internal(set) var needsVariant: Bool

  init(name: String, source: String?) {
    self.name = name
    self.source = source
    needsVariant = source == nil
  }
}

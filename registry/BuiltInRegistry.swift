/// The registry that is part of every binary: `registry/models.json`, embedded at build time.
package enum BuiltInRegistry {
  package static var json: [UInt8] { PackageResources.models_json }
}

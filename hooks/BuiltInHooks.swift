/// The scripts that git runs as its hooks: the files beside this one, embedded at build time.
package enum BuiltInHooks {
  /// nil where there is no hook of that name.
  package static func script(_ name: String) -> [UInt8]? {
    switch name {
    case "post-checkout": PackageResources.post_checkout
    case "post-merge": PackageResources.post_merge
    case "post-rewrite": PackageResources.post_rewrite
    case "pre-commit": PackageResources.pre_commit
    case "pre-push": PackageResources.pre_push
    case "post-receive": PackageResources.post_receive
    default: nil
    }
  }
}

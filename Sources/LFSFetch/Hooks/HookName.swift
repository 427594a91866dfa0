/// The hooks of git's for which there is a script. https://git-scm.com/docs/githooks
package enum HookName: String, CaseIterable, Sendable {
  case postCheckout = "post-checkout"
  case postMerge = "post-merge"
  case postRewrite = "post-rewrite"
  case preCommit = "pre-commit"
  case prePush = "pre-push"
  case postReceive = "post-receive"

  /// Git tells it something on standard input.
  var readsStandardInput: Bool { [.postRewrite, .prePush, .postReceive].contains(self) }

  /// What git is about to do is not done when the hook fails.
  var canRefuse: Bool { [.preCommit, .prePush].contains(self) }

  /// Those that are of use in a repository: one without a work tree is pushed to, and no more.
  package static func all(isBare: Bool) -> [HookName] {
    isBare ? [.postReceive] : allCases.filter { $0 != .postReceive }
  }
}

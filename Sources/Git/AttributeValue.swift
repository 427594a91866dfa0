/// What an attribute says of a path. https://git-scm.com/docs/gitattributes
package enum AttributeValue: Sendable, Equatable {
  case unspecified
  /// `name`
  case set
  /// `-name`
  case unset
  /// `name=value`
  case value(String)

  /// The text behind the `=`.
  package var text: String? {
    if case .value(let text) = self { text } else { nil }
  }
}

/// A file of AWS's tools: sections of settings, of which some have settings of their own, indented below them.
///
/// A value. What is no setting is passed over, as those tools do.
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct AWSFile: Sendable, Equatable {
  /// By the section's name, such as `profile dev`; a setting below another is `s3.endpoint_url`.
  private(set) var sections: [String: [String: String]] = [:]

  init(_ text: String = "") {
    var section: String?
    /// The setting below which indented lines stand.
    var parent: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let trimmed = String(line).trimmingBlanks
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("[") {
        section = Self.name(in: trimmed)
        parent = nil
        if let section, sections[section] == nil { sections[section] = [:] }
        continue
      }
      guard let section, let equals = trimmed.firstIndex(of: "=") else { continue }
      let key = String(trimmed[..<equals]).trimmingBlanks.lowercased()
      let value = Self.withoutComment(String(trimmed[trimmed.index(after: equals)...])).trimmingBlanks
      let isIndented = line.first == " " || line.first == "\t"
      if isIndented, let parent {
        sections[section]?[parent + "." + key] = value
      } else {
        sections[section]?[key] = value
        parent = value.isEmpty ? key : nil
      }
    }
  }

  /// `[profile "my one"]` is `profile my one`; nil for what is not closed.
  private static func name(in line: String) -> String? {
    guard let end = line.firstIndex(of: "]") else { return nil }
    let words = line[..<end].dropFirst().split { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "'" }
    return words.joined(separator: " ")
  }

  /// A comment begins after white space.
  private static func withoutComment(_ text: String) -> String {
    let marks = [" #", " ;", "\t#", "\t;"].compactMap { text.firstRange(of: $0)?.lowerBound }
    return marks.min().map { String(text[..<$0]) } ?? text
  }
}

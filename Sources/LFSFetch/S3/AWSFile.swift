import Text

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
    for line in text.lines {
      let trimmed = String(line).trimmingBlanks
      if trimmed.isEmpty || trimmed.begins(with: "#") || trimmed.begins(with: ";") { continue }
      if trimmed.begins(with: "[") {
        section = Self.name(in: trimmed)
        parent = nil
        if let section, sections[section] == nil { sections[section] = [:] }
        continue
      }
      guard let section, let (name, rest) = trimmed.cut(at: "=") else { continue }
      let key = String(name).trimmingBlanks.inLowerCase
      let value = Self.withoutComment(String(rest)).trimmingBlanks
      let isIndented = line.begins(with: " ") || line.begins(with: "\t")
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
    guard let (name, _) = line.rest(after: "[")?.cut(at: "]") else { return nil }
    return name.utf8.split { " \t\"'".utf8.contains($0) }.map { String(Substring($0)) }.joined(separator: " ")
  }

  /// A comment begins after white space.
  private static func withoutComment(_ text: String) -> String {
    var isBehindBlank = false
    let end = text.utf8.firstIndex { byte in
      defer { isBehindBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
      return isBehindBlank && (byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";"))
    }
    return end.map { String(text[..<$0]) } ?? text
  }
}

import Git
import Text

/// A well-known layout of repositories, by which only what is needed of one is taken: written `NAME` or
/// `NAME:PARAMETER` in a registry file.
package struct Template: Sendable, Hashable {
  /// A layout as such.
  package struct Kind: Sendable {
    package let name: String
    /// What stands after the colon; nil where nothing does.
    package let parameter: String?
    /// What is taken, in words.
    package let meaning: String
    fileprivate let parts: @Sendable (String) -> Parts
  }

  fileprivate struct Parts {
    var oneOf: [String]
    var others: [String] = []
    var main: String?
  }

  package struct Fault: Error, Sendable, Equatable { package let reason: String }

  /// As it was written.
  package let text: String
  /// Globs; at least one of them must fit a file.
  package let oneOf: [String]
  /// Globs of what is taken where it is there.
  package let others: [String]
  /// The file that a program would load, where the template names it.
  package let main: String?

  package var globs: [String] { oneOf + others }

  package init(_ text: String) throws(Fault) {
    let words = (text.cut(at: ":").map { [$0.before, $0.after] } ?? [text[...]]).map(String.init)
    guard let kind = Self.kinds.first(where: { $0.name == words[0] }) else {
      let names = Self.kinds.map(\.name)
      let guess = NearestName.hint(for: words[0], among: names).map { "; \($0)" } ?? ""
      throw Fault(
        reason: "`\(words[0])` is no template\(guess) Known are \(names.map { "`\($0)`" }.joined(separator: ", "))")
    }
    let parameter = words.count == 2 ? words[1] : nil
    switch (kind.parameter, parameter) {
    case (nil, nil): break
    case (nil, _?): throw Fault(reason: "the template `\(kind.name)` takes nothing after a colon")
    case (let wanted?, nil), (let wanted?, ""):
      throw Fault(reason: "the template `\(kind.name)` is written `\(kind.name):\(wanted)`")
    case (_?, let given?):
      guard (try? RepositoryPath(validating: given)) != nil else {
        throw Fault(reason: "`\(given)` is not a path inside a repository")
      }
    }
    let parts = kind.parts(parameter ?? "")
    self.text = text
    (oneOf, others, main) = (parts.oneOf, parts.others, parts.main)
  }
}

// MARK: - The layouts

extension Template {
  package static let kinds: [Kind] = [
    Kind(
      name: "safetensors", parameter: nil,
      meaning: "`*.safetensors`, their index, the configuration and the tokenizer; not the same weights in other forms"
    ) { _ in Parts(oneOf: ["*.safetensors"], others: ["*.safetensors.index.json"] + configuration + tokenizer) },
    Kind(
      name: "onnx", parameter: nil,
      meaning: "`*.onnx` with the weights beside them, the labels or tags, and the configuration"
    ) { _ in Parts(oneOf: ["*.onnx"], others: ["*.onnx_data", "*.onnx.data"] + labels + configuration) },
    Kind(
      name: "gguf", parameter: "QUANTISATION",
      meaning: "the one quantisation of a GGUF repository, in one file or in parts"
    ) { Parts(oneOf: quantisation($0)) },
    Kind(name: "folder", parameter: "FOLDER", meaning: "all in one folder") {
      Parts(oneOf: ["/" + escaped($0) + "/*"])
    },
    Kind(
      name: "checkpoint", parameter: "FILE",
      meaning: "one file, which is the main file, and the `config.json` or `config.yaml` beside it where there is one"
    ) { path in
      let folder = path.cut(atLast: "/").map { "/" + escaped(String($0.before)) + "/" } ?? "/"
      return Parts(oneOf: ["/" + path], others: [folder + "config.json", folder + "config.yaml"], main: path)
    },
  ]

  private static let configuration = [
    "config.json", "generation_config.json", "preprocessor_config.json", "processor_config.json", "model_index.json",
    "scheduler_config.json",
  ]
  private static let tokenizer = [
    "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "spiece.model", "sentencepiece.bpe.model", "chat_template.jinja",
    "chat_template.json",
  ]
  private static let labels = ["labels", "tags", "classes"].flatMap { word in
    ["txt", "csv", "json"].map { "*\(word)*.\($0)" }
  }

  /// `Q4_K_M` stands between separators, so that `Q4_K` does not mean it as well; repositories differ in its case.
  private static func quantisation(_ name: String) -> [String] {
    let word = name.unicodeScalars.map { letter in
      letter.isASCII && letter.properties.isAlphabetic
        ? "[\(letter.properties.uppercaseMapping)\(letter.properties.lowercaseMapping)]" : escaped(String(letter))
    }.joined()
    let part = "-[0-9]*-of-[0-9]*"
    return ["*[-._]\(word).gguf", "*[-._]\(word)\(part).gguf", "\(word).gguf", "\(word)\(part).gguf"]
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { "*?[\\".unicodeScalars.contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

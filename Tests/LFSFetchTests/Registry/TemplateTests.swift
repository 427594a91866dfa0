import Testing

@testable import LFSFetch

/// Which files of well-known layouts each template takes.
@Suite struct TemplateTests {
  private static let languageModel = [
    "config.json", "generation_config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
    "model.safetensors.index.json", "pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json",
    "tf_model.h5", "flax_model.msgpack", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "README.md", "onnx/model.onnx", ".gitattributes",
  ]
  private static let tagger = [
    "model.onnx", "model.onnx_data", "model.safetensors", "selected_tags.csv", "labels.txt", "config.json",
    "saved_model.pb", "README.md",
  ]
  private static let quantisations = [
    "model-Q4_K_M.gguf", "model-Q4_K.gguf", "model.q8_0.gguf", "model-IQ4_K_M.gguf",
    "model-Q8_0-00001-of-00002.gguf", "model-Q8_0-00002-of-00002.gguf", "BF16/model-BF16-00001-of-00003.gguf",
    "Q2_K.gguf", "config.json",
  ]
  private static let folders = [
    "JTP_PILOT/a.safetensors", "JTP_PILOT2/b.safetensors", "JTP_PILOT2/x/tags.json", "b.py",
  ]
  private static let checkpoints = [
    "a/x.pth", "a/config.json", "a/config.yaml", "a/b/config.json", "config.json", "x.pth",
  ]

  @Test(arguments: [
    (
      "safetensors", languageModel,
      [
        "config.json", "generation_config.json", "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json",
      ]
    ),
    ("onnx", tagger, ["model.onnx", "model.onnx_data", "selected_tags.csv", "labels.txt", "config.json"]),
    ("gguf:Q4_K_M", quantisations, ["model-Q4_K_M.gguf"]),
    ("gguf:q4_k", quantisations, ["model-Q4_K.gguf"]),
    (
      "gguf:Q8_0", quantisations,
      ["model.q8_0.gguf", "model-Q8_0-00001-of-00002.gguf", "model-Q8_0-00002-of-00002.gguf"]
    ),
    ("gguf:bf16", quantisations, ["BF16/model-BF16-00001-of-00003.gguf"]),
    ("gguf:Q2_K", quantisations, ["Q2_K.gguf"]),
    ("folder:JTP_PILOT2", folders, ["JTP_PILOT2/b.safetensors", "JTP_PILOT2/x/tags.json"]),
    ("checkpoint:a/x.pth", checkpoints, ["a/x.pth", "a/config.json", "a/config.yaml"]),
    ("checkpoint:x.pth", checkpoints, ["config.json", "x.pth"]),
  ])
  func `what is taken`(text: String, paths: [String], taken: [String]) throws {
    let selection = Selection(include: [], template: try Template(text))
    #expect(paths.filter { selection.contains(Array($0.utf8)) } == taken)
  }

  @Test func `a path with special characters means itself`() throws {
    let selection = Selection(include: [], template: try Template("folder:a[1]*"))
    #expect(selection.contains(Array("a[1]*/x".utf8)))
    #expect(!selection.contains(Array("a1/x".utf8)))
  }

  @Test func `files come to those of the template, and another template is another selection`() throws {
    let template = try Template("gguf:Q2_K")
    let selection = Selection(include: ["LICENSE"], template: template)
    #expect(selection.contains(Array("LICENSE".utf8)) && selection.contains(Array("Q2_K.gguf".utf8)))
    #expect(selection.required.map(\.pattern) == ["LICENSE"])
    #expect(selection.canonical != Selection(include: selection.include.map(\.pattern)).canonical)
  }
}

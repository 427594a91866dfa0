import Git
import Testing

@testable import LFSFetch

struct HuggingFaceAddressTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let repository: String
    var revision: String?
    var path: String?

    init(_ text: String, _ repository: String, _ revision: String? = nil, _ path: String? = nil) {
      (self.text, self.repository, self.revision, self.path) = (text, repository, revision, path)
    }

    var testDescription: String { text }
  }

  @Test(arguments: [
    Case("hf://org/name", "org/name"), Case("hf://org/name/", "org/name"), Case("hf://gpt2", "gpt2"),
    Case("hf://org/name@v1", "org/name", "v1"), Case("hf://gpt2@main/config.json", "gpt2", "main", "config.json"),
    Case("hf://org/name/a/b.bin", "org/name", nil, "a/b.bin"),
    Case("hf://org/name@v1/a/b.bin", "org/name", "v1", "a/b.bin"),
    Case("hf://org/name:*.bin", "org/name", nil, "*.bin"), Case("hf://org/name@v1:*.bin", "org/name", "v1", "*.bin"),
    Case("hf://org/name/a:*.bin", "org/name", nil, "a/*.bin"),
    Case("hf://org/name@v1/a/:b@c", "org/name", "v1", "a/b@c"),
    Case("hf://org/name@refs%2Fpr%2F1/f", "org/name", "refs/pr/1", "f"),
    Case("hf://org/name@refs/pr/1/f", "org/name", "refs/pr/1", "f"),
    Case("hf://org/name@refs/convert/parquet", "org/name", "refs/convert/parquet"),
    Case("hf://datasets/org/name@v/a", "datasets/org/name", "v", "a"), Case("hf://datasets/squad", "datasets/squad"),
    Case("hf://spaces/mimbres/YourMT3/a.ckpt", "spaces/mimbres/YourMT3", nil, "a.ckpt"),
    Case("hf://models/org/name@v/a", "org/name", "v", "a"), Case("hf://models/gpt2", "gpt2"),
    Case("hf://datasets", "datasets"), Case("hf://models", "models"), Case("hf://org/a-b_c.1", "org/a-b_c.1"),
  ])
  func addressesAreThoseOfRepositories(_ example: Case) throws {
    let address = try HuggingFaceAddress(example.text)
    #expect(address.repository == "https://huggingface.co/" + example.repository)
    #expect(address.revision == example.revision)
    #expect(address.path == example.path)
    let request = try ModelRequest(example.text)
    #expect(request.target == .repository(address.repository))
    #expect(request.revision == example.revision)
    #expect(request.text == example.text)
  }

  @Test(
    arguments: [
      ("hf://", "a name has letters, digits, `.`, `_` and `-`"),
      ("hf://org//x", "a name has letters, digits, `.`, `_` and `-`"),
      ("hf://a b/c", "a name has letters, digits, `.`, `_` and `-`"),
      ("hf://org/..", "a name has letters, digits, `.`, `_` and `-`"),
      ("hf://org/name@", "nothing that could be a revision stands behind the `@`"),
      ("hf://org/name@%2", "nothing that could be a revision stands behind the `@`"),
      ("hf://org/name:", "nothing stands behind the `:`"), ("hf://org/name/a//b", "its path has an empty part"),
    ])
  func whatIsNoAddressIsToldWhy(text: String, cause: String) {
    let error = fetchError { () throws(FetchError) in try HuggingFaceAddress(text) }
    #expect(error?.code == .usage)
    #expect(error?.causes == [cause])
  }

  // MARK: In a registry

  @Test func aRegistryMayNameItSo() throws {
    let registry = try Registry.parse(#"{"models": {"x": {"source": "hf://datasets/org/name", "revision": "v1"}}}"#)
    #expect(registry.entries.first?.model.source == "https://huggingface.co/datasets/org/name")
    for source in ["hf://org/name@v1", "hf://org/name/file"] {
      let error = fetchError { () throws(FetchError) in
        try Registry.parse(#"{"models": {"x": {"source": "\#(source)"}}}"#)
      }
      #expect(error?.causes.first?.contains("a revision is written as `revision` or `branch` here") == true)
    }
  }

  // MARK: The host in its place

  private func hub(_ endpoint: String?) -> HuggingFaceHub {
    HuggingFaceHub { $0 == "HF_ENDPOINT" ? endpoint : nil }
  }

  @Test(
    arguments: [
      (nil, "https://huggingface.co/a/b"), ("", "https://huggingface.co/a/b"), ("no URL", "https://huggingface.co/a/b"),
      ("https://mirror.example/", "https://mirror.example/a/b"), ("http://h:1/hub", "http://h:1/hub/a/b"),
    ] as [(String?, String)])
  func itsEndpointIsObeyed(endpoint: String?, url: String) {
    let config = hub(endpoint).rewriting(GitConfig())
    #expect(config.rewriting("https://huggingface.co/a/b") == url)
    #expect(config.rewriting("https://huggingface.co.evil.example/a") == "https://huggingface.co.evil.example/a")
    let own = GitConfig(entries: [.init("url./srv/.insteadof", "https://huggingface.co/")])
    #expect(hub(endpoint).rewriting(own).rewriting("https://huggingface.co/a/b") == "/srv/a/b")
  }

  @Test(
    arguments: [
      ("https://huggingface.co/o/n", nil, nil, "https://huggingface.co/o/n/resolve/refs%2Fpr%2F1/d/a%20b%2B.bin"),
      ("https://huggingface.co/o/n.git", "http://h", nil, "http://h/o/n/resolve/refs%2Fpr%2F1/d/a%20b%2B.bin"),
      (
        "https://huggingface.co/datasets/o/n", "http://h/x/", nil,
        "http://h/x/datasets/o/n/resolve/refs%2Fpr%2F1/d/a%20b%2B.bin"
      ),
      ("https://github.com/o/n", nil, nil, nil),
      // Git is sent elsewhere.
      ("https://huggingface.co/o/n", nil, "https://own.example/", nil),
      ("https://huggingface.co/o/n", "http://h", "/srv/", nil),
    ] as [(String, String?, String?, String?)])
  func filesHaveAnAddressOfTheirOwn(repository: String, endpoint: String?, insteadOf: String?, url: String?) throws {
    let hub = hub(endpoint)
    let own = insteadOf.map { GitConfig(entries: [.init("url.\($0).insteadof", "https://huggingface.co/")]) }
    let found = hub.address(
      of: try RepositoryPath(validating: "d/a b+.bin"), in: repository, revision: "refs/pr/1",
      hub.rewriting(own ?? GitConfig()))
    #expect(found?.string == url)
  }
}

import Files
import HTTP

/// The token that `huggingface-cli login` has kept, for Hugging Face and for the host that stands in its place.
struct HuggingFaceToken: Sendable {
  let variable: @Sendable (String) -> String?

  var path: String? {
    func folder(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
    if let path = folder("HF_TOKEN_PATH") { return path }
    if let home = folder("HF_HOME") { return home + "/token" }
    if let cache = folder("XDG_CACHE_HOME") { return cache + "/huggingface/token" }
    return folder("HOME").map { $0 + "/.cache/huggingface/token" }
  }

  func credential(for origin: Origin) -> Credential? {
    let hosts = ["https://huggingface.co", variable("HF_ENDPOINT") ?? ""].compactMap { try? HTTPURL($0).origin }
    guard hosts.contains(origin), let path, let bytes = try? readFile(path, limit: 64 << 10) else { return nil }
    let token = String(decoding: bytes, as: UTF8.self).trimmingBlanks
    return token.isEmpty || token.hasControls ? nil : Credential(.token(token, user: "user"))
  }
}

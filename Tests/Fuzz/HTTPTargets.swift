import HTTP

/// What hosts say in headers about when to come back.
enum HTTPTargets {
  /// The input is the lines of a header, or the value of `Retry-After` alone.
  static func retryAfter(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    var headers: HTTPHeaders = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, line.contains(": ") { headers.add(String(parts[0]), String(parts[1].drop { $0 == " " })) }
    }
    if headers.fields.isEmpty { headers.add("Retry-After", text) }
    guard let url = try? HTTPURL("https://example.org/") else { return }
    for status in [200, 429, 503] {
      let response = HTTPResponse(status: status, headers: headers, url: url)
      for now in [0, 1_800_000_000] {
        guard let pause = response.retryAfter(now: now) else { continue }
        check(pause >= .zero, "nobody can wait until the past")
        // What is waited for is compared with what a user has patience for, and added to the time.
        check(pause < .seconds(Int64.max / 4), "a pause can be added to a time")
      }
    }
    let alone = HTTPResponse(status: 429, headers: headers, url: url).retryAfter(now: 0)
    if headers.fields.count == 1, let seconds = Int(text), (0...1_000_000).contains(seconds) {
      check(alone == .seconds(seconds), "seconds are seconds")
    }
  }
}

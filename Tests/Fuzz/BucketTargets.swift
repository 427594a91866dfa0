import HTTP

@testable import LFSFetch

/// What comes from an S3 store.
enum BucketTargets {
  static func list(_ input: [UInt8]) {
    if let page = try? BucketPage(input) {
      check(page.objects.allSatisfy { $0.size >= 0 }, "sizes are sizes")
      check(page.next != "", "there is a way on, or none")
    }
    guard let url = try? HTTPURL("http://h/") else { return }
    let refusal = BucketRefusal(HTTPResponse(status: 403, body: input, url: url))
    check(!refusal.reason.utf8.contains { $0 < 0x20 }, "what is shown has no control characters")
    _ = AWSFile(String(decoding: input, as: UTF8.self))
  }
}

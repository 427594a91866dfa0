import Testing

@testable import LFSFetch

@Suite struct ContentRangeTests {
  @Test(
    arguments: [
      ("bytes 0-99/1234", 0, 99, 1234), ("bytes 5-5/6", 5, 5, 6), ("Bytes 0-0/*", 0, 0, nil),
      ("bytes 100-199/100", 100, 199, 100),
      ("bytes 4294967296-4294967297/8589934592", 4_294_967_296, 4_294_967_297, 8_589_934_592),
      ("bytes 0-9223372036854775806/9223372036854775807", 0, .max - 1, .max),
    ] as [(String, Int64, Int64, Int64?)])
  func `ranges`(text: String, start: Int64, end: Int64, total: Int64?) {
    let range = ContentRange(text)
    #expect(range?.range == start...end)
    #expect(range?.total == total)
  }

  @Test(arguments: [
    "", "bytes", "bytes ", "bytes */1234", "bytes 0-99", "0-99/100", "items 0-99/100", "bytes=0-99/100",
    "bytes 99-0/100", "bytes 0-99/", "bytes 0-/100", "bytes -99/100", "bytes 0-1-2/100",
    "bytes 0-99/100/1", "bytes +0-99/100", "bytes 0-+99/100", "bytes 0-99/+100", "bytes -1-99/100",
    "bytes 0 - 99 / 100",
    "bytes  0-99/100", " bytes 0-99/100", "bytes 0-99/100 ", "bytes 0x0-0x63/100", "bytes 0-9223372036854775808/*",
    "bytes 0-99/99999999999999999999", "bytes ٠-٩/١٠٠", "bytes 0-99/**", "bytes 0-99/100\n", "bytes\t0-99/100",
    "bytes 0-99/1" + String(repeating: "0", count: 100), "bytes 1-1/\0",
  ])
  func `anything else is none`(_ text: String) {
    #expect(ContentRange(text) == nil)
  }
}

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `Fuzz TARGET [OPTION…] [CORPUS…]`: feeds one reader of foreign bytes with what libFuzzer thinks up. `Fuzz` alone
/// lists the targets.
///
/// Built only for `Tests/Fuzz/fuzz.sh`, with the sanitizers that the main function of libFuzzer comes from; the
/// options and the corpus folders are libFuzzer's: https://llvm.org/docs/LibFuzzer.html
@main
enum Fuzz {
  static func main() {
    guard CommandLine.arguments.count > 1 else { return print(targets.keys.sorted().joined(separator: "\n")) }
    let name = CommandLine.arguments[1]
    guard let body = targets[name] else {
      say("there is no target `\(name)`")
      exit(2)
    }
    target = body
    var count = CommandLine.argc - 1
    var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
    exit(
      runDriver(&count, &words) { bytes, count in
        Fuzz.target(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }

  /// What one input is given to. libFuzzer takes a C function, which cannot capture it, and calls it on this thread
  /// only.
  nonisolated(unsafe) private static var target: ([UInt8]) -> Void = { _ in }

  private static let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "advertisement": GitTargets.advertisement,
    "attributes": GitTargets.attributes,
    "batch": LFSTargets.batch,
    "bucket-list": BucketTargets.list,
    "config": GitTargets.config,
    "content-range": LFSTargets.contentRange,
    "fetch-response": GitTargets.fetchResponse,
    "index": GitTargets.index,
    "journal": LFSTargets.journal,
    "json": JSONTargets.json,
    "lock": RequestTargets.lock,
    "model-request": RequestTargets.modelRequest,
    "pkt-line": GitTargets.pktLine,
    "pointer": LFSTargets.pointer,
    "registry": RequestTargets.registry,
    "retry-after": HTTPTargets.retryAfter,
    "url": RequestTargets.url,
  ]
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ target: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Ends the process as a finding of the fuzzer when a property does not hold.
func check(_ holds: Bool, _ property: @autoclosure () -> String, line: Int = #line, file: String = #fileID) {
  guard !holds else { return }
  say("\(file):\(line): this does not hold: \(property())")
  abort()
}

private func say(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

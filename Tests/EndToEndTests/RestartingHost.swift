import Fixtures
import Foundation
import Synchronization
import Testing

/// A real nginx with plain files, of one test's own, so that it can die in the middle of an answer and come back on
/// the same port.
final class RestartingHost: Sendable {
  /// The files of the folder `files` are below it.
  let address: String
  let files: String
  private let folder: String
  private let port: Int
  private let nginx = Mutex<Launch?>(nil)

  /// `rate` is what each connection gets, in nginx's words.
  init(rate: String) throws {
    // Below the ports of outgoing connections, one of which could take it while the host is down.
    let ports = (0..<100).map { _ in Int.random(in: 20_000..<32_000) }
    port = try #require(ports.first { Self.withSocket($0, bind) })
    address = "http://127.0.0.1:\(port)"
    folder = FileManager.default.temporaryDirectory.path + "/lfsfetch-e2e-nginx-\(UUID().uuidString)"
    files = folder + "/files"
    try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    let configuration = """
      \(getuid() == 0 ? "user root;" : "")
      daemon off;
      master_process off;
      pid \(folder)/pid;
      events {}
      http {
        log_format sizes '$body_bytes_sent';
        access_log \(folder)/log sizes;
        client_body_temp_path \(folder)/body;
        proxy_temp_path \(folder)/proxy;
        fastcgi_temp_path \(folder)/fastcgi;
        uwsgi_temp_path \(folder)/uwsgi;
        scgi_temp_path \(folder)/scgi;
        server {
          listen 127.0.0.1:\(port);
          root \(files);
          limit_rate \(rate);
        }
      }
      """
    try Data(configuration.utf8).write(to: URL(filePath: folder + "/nginx.conf"))
  }

  deinit {
    nginx.withLock { $0 }?.end()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Returns when it answers.
  func start() async throws {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    let nginx = try Launch(
      "nginx", ["-p", folder, "-e", folder + "/errors", "-c", folder + "/nginx.conf"], environment: ["PATH": path],
      in: folder)
    let start = ContinuousClock.now
    while !Self.withSocket(port, connect) {
      let isLate = ContinuousClock.now - start > .seconds(60)
      if isLate { nginx.end() }
      try #require(!isLate, "nginx does not start: \(nginx.errorsSoFar)")
      try await Task.sleep(for: .milliseconds(20))
    }
    self.nginx.withLock { $0 = nginx }
  }

  func die() async throws {
    let running = nginx.withLock { nginx in
      defer { nginx = nil }
      return nginx
    }
    let nginx = try #require(running)
    nginx.send(SIGKILL)
    #expect(try await nginx.outcome().status == -SIGKILL)
  }

  /// What it has sent of files, in the answers that were over before it died.
  var sentBytes: Int {
    let log = FileManager.default.contents(atPath: folder + "/log") ?? Data()
    return String(decoding: log, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }.reduce(0, +)
  }

  /// Whether the call succeeds with a new socket and the address of the port.
  private static func withSocket(
    _ port: Int, _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
  ) -> Bool {
    #if canImport(Darwin)
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

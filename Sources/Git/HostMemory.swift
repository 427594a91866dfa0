import Files
import HTTP
import Synchronization
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which rung of the ladder worked for a host that failed on a better one, kept in a file for each origin so that
/// the next run need not fail again.
///
/// It is only a hint: a file that cannot be read or written changes nothing but speed, and after a week it is not
/// believed any more, because servers are upgraded.
package final class HostMemory: Sendable {
  private let folder: String
  private let known = Mutex<[Origin: FetchRung]>([:])

  /// `folder` need not exist.
  package init(folder: String) {
    self.folder = folder
  }

  package func rung(for origin: Origin) -> FetchRung? {
    if let rung = known.withLock({ $0[origin] }) { return rung }
    guard let rung = stored(for: origin) else { return nil }
    known.withLock { $0[origin] = rung }
    return rung
  }

  package func remember(_ rung: FetchRung, for origin: Origin) {
    known.withLock { $0[origin] = rung }
    do throws(FileError) {
      try Directory.create(folder)
      try replaceFile(path(for: origin), with: Array("\(rung.rawValue)\n".utf8))
    } catch {
      // A cache that cannot be written fails where that matters.
    }
  }

  private func stored(for origin: Origin) -> FetchRung? {
    let now = Int64(time(nil)) * 1_000_000_000
    let week: Int64 = 7 * 24 * 3600 * 1_000_000_000
    do throws(FileError) {
      let path = path(for: origin)
      guard let status = try FileStatus.of(path), status.modified > now - week else { return nil }
      let text = String(decoding: try readFile(path, limit: 64), as: UTF8.self)
      return FetchRung(rawValue: String(text.trimmed))
    } catch {
      return nil
    }
  }

  private func path(for origin: Origin) -> String {
    let safe = "\(origin.scheme)_\(origin.host)_\(origin.port)".utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        byte
      default: UInt8(ascii: "-")
      }
    }
    return folder + "/" + String(decoding: safe, as: UTF8.self)
  }
}

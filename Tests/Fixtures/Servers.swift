import Files
import Foundation
import JSON

/// The real servers that `Tests/Servers` runs, as it describes them in the file that LFSFETCH_TEST_SERVERS names.
package struct Servers: Sendable {
  package let http: String
  package let https: String
  /// The object host.
  package let objectsHTTP: String
  package let objectsHTTPS: String
  /// Ends each connection after five requests.
  package let impatientHTTPS: String
  /// Host and port of a proxy that wants `username` and `password`.
  package let proxy: String
  /// `ssh://` with host and port.
  package let ssh: String
  /// The same, where only git's protocol v0 is spoken.
  package let sshV0: String
  /// What ssh must be told by `-F`.
  package let sshConfig: String
  /// A line for each command: the protocol that was asked for, and the command.
  package let sshLog: String
  /// The certificate of the authority that signed the servers'.
  package let ca: String
  package let log: String
  package let repositories: String
  package let objects: String
  package let state: String
  package let username: String
  package let password: String

  package struct Missing: Error, CustomStringConvertible {
    package let description = "the servers that this test needs do not run: run `make test`"
  }

  package static func running() throws -> Servers {
    guard let path = ProcessInfo.processInfo.environment["LFSFETCH_TEST_SERVERS"] else { throw Missing() }
    return try Servers(JSON.parse(readFile(path)))
  }

  private init(_ json: JSON) throws(JSONError) {
    http = try json.required("http").string()
    https = try json.required("https").string()
    objectsHTTP = try json.required("objectsHTTP").string()
    objectsHTTPS = try json.required("objectsHTTPS").string()
    impatientHTTPS = try json.required("impatientHTTPS").string()
    proxy = try json.required("proxy").string()
    ssh = try json.required("ssh").string()
    sshV0 = try json.required("sshV0").string()
    sshConfig = try json.required("sshConfig").string()
    sshLog = try json.required("sshLog").string()
    ca = try json.required("ca").string()
    log = try json.required("log").string()
    repositories = try json.required("repositories").string()
    objects = try json.required("objects").string()
    state = try json.required("state").string()
    username = try json.required("username").string()
    password = try json.required("password").string()
  }
}

import Files
import HTTP
import JSON
import Text

/// The file in which `lfsfetch login` keeps tokens, each for one host. Only its owner may read it.
package struct TokenFile: Sendable {
  package let path: String

  /// A host's token, and the name of its user where the host goes by it.
  package struct Entry: Sendable, Equatable {
    package let origin: String
    package let username: String?
    package let token: String
  }

  /// `$XDG_CONFIG_HOME/lfsfetch/tokens.json`, else `~/.config/lfsfetch/tokens.json`.
  package init(environment variable: (String) -> String?) {
    if let base = variable("XDG_CONFIG_HOME"), base.begins(with: "/") {
      path = base + "/lfsfetch/tokens.json"
    } else {
      path = (variable("HOME") ?? "") + "/.config/lfsfetch/tokens.json"
    }
  }

  /// None when the file is not there.
  package func entries() throws(FetchError) -> [Entry] {
    let bytes: [UInt8]
    do throws(FileError) {
      guard try FileStatus.of(path) != nil else { return [] }
      bytes = try readFile(path, limit: 1 << 20)
    } catch {
      throw FetchError(reading: error, doing: "cannot read the tokens that `lfsfetch login` has kept")
    }
    do throws(JSONError) {
      return try JSON.parse(bytes).required("hosts").members().map { member throws(JSONError) in
        Entry(
          origin: member.name, username: try member.value["username"]?.string(),
          token: try member.value.required("token").string())
      }
    } catch {
      throw FetchError(
        .disk, "cannot read the tokens that `lfsfetch login` has kept",
        causes: ["`\(path)` is not as it was written: line \(error.position.line), column \(error.position.column)"],
        hint: "remove the file, and run `lfsfetch login` again")
    }
  }

  /// Keeps the token, in the place of the one that the host had.
  package func keep(_ token: String, username: String?, for origin: Origin) throws(FetchError) {
    var entries = try entries().filter { $0.origin != origin.description }
    entries.append(Entry(origin: origin.description, username: username, token: token))
    try write(entries)
  }

  /// Whether there was one.
  package func forget(_ origin: Origin) throws(FetchError) -> Bool {
    let entries = try entries()
    let others = entries.filter { $0.origin != origin.description }
    guard others.count < entries.count else { return false }
    try write(others)
    return true
  }

  private func write(_ entries: [Entry]) throws(FetchError) {
    let hosts = entries.sorted { $0.origin < $1.origin }.map { entry in
      (
        entry.origin,
        JSON.object([("username", entry.username.map { .string($0) }), ("token", .string(entry.token))]) as JSON?
      )
    }
    let text = JSON.object([("hosts", .object(hosts))]).text + "\n"
    do throws(FileError) {
      if let folder = path.parentFolder { try Directory.create(folder, permissions: 0o700) }
      try replaceFile(path, with: Array(text.utf8), permissions: 0o600)
    } catch {
      throw FetchError(
        .disk, "cannot keep the token in `\(path)`", causes: [error.description],
        hint: "`XDG_CONFIG_HOME` names another folder for it")
    }
  }
}

extension TokenFile {
  /// The host that a user names: `[USER@]HOST[:PORT]`, or a URL without a path. https where no scheme is named.
  package static func host(_ text: String) throws(FetchError) -> (origin: Origin, username: String?) {
    let reason: String
    do throws(HTTPURLError) {
      let url = try HTTPURL(text.has("://") ? text : "https://" + text)
      if url.password != nil {
        reason = "others can see what stands on a command line: the token is asked for"
      } else if url.path != "/" || url.query != nil {
        reason = "a token is kept for a host, not for a path of it"
      } else {
        return (url.origin, url.user)
      }
    } catch { reason = error.description }
    let shown =
      text.has("://")
      ? text.withoutCredentials : ("https://" + text).withoutCredentials.rest(after: "https://").map(String.init) ?? ""
    throw FetchError(
      .usage, "`\(shown.escapingControls)` is not the name of a host", causes: [reason],
      hint: "write it as `example.com`, `example.com:8443`, `USER@example.com` or `https://example.com`")
  }
}

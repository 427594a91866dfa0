import Files
import Git
import HTTP

/// Where credentials are found.
extension Credentials {
  /// What was given to this very program: a variable, and what `lfsfetch login` has kept.
  func given(for account: Account, _ state: inout State) -> [FoundCredential] {
    var found: [FoundCredential] = []
    if isSafeWithoutScheme(account), let token = TokenVariables(variable: variable).token(for: account.origin) {
      found.append(
        FoundCredential(
          credential: token.credential, name: "the token in `\(token.name)`", goesAhead: true, yieldsToHeader: false))
    }
    if state.tokens == nil {
      do throws(FetchError) { state.tokens = try TokenFile(environment: variable).entries() } catch {
        state.tokens = []
        warn("\(error.message): \(error.causes.joined(separator: ": "))")
      }
    }
    if let kept = state.tokens?.first(where: { $0.origin == account.origin.description }) {
      let credential = kept.username.map { Credential(.password(kept.token, of: $0)) } ?? .token(kept.token)
      found.append(FoundCredential(credential: credential, name: "the token of `lfsfetch login`", goesAhead: true))
    }
    return found
  }

  /// Whether what names a host, but no scheme, is for this account. Over plain http anybody on the way can read it: so
  /// only the user may decide to go there, and not a repository or another host.
  private func isSafeWithoutScheme(_ account: Account) -> Bool {
    account.isNamedByUser || account.origin.scheme == "https"
  }

  /// What is there, the name of the user when that alone is known, and whether no further place may be looked into.
  func look(
    in place: Place, for account: Account, _ url: HTTPURL, _ known: String?, _ challenges: [String]
  ) async -> (FoundCredential?, username: String?, isLast: Bool) {
    let settings = config.credentialSettings(for: url)
    let user = known ?? settings.username
    let path = settings.usesHTTPPath ? url.repositoryPath : nil
    switch place {
    case .helpers:
      guard !settings.helpers.isEmpty else { return (nil, nil, false) }
      let helpers = settings.helpers.map { CredentialHelper(command: $0) }
      let asked = CredentialAttributes(for: url, path: path, username: user, challenges: challenges)
      let filled = await self.helpers(helpers).fill(asked)
      guard let credential = filled.found else { return (nil, filled.username, filled.quits) }
      let names = helpers.map { "`\($0.name)`" }.joined(separator: ", ")
      return (
        FoundCredential(
          credential: credential, name: "what the credential helper \(names) knows", helpers: helpers,
          attributes: filled), nil, filled.quits
      )
    case .netrc: return (netrc(for: account, user), nil, false)
    case .gitCredentials: return (gitCredentials(for: account, user, path), nil, false)
    case .huggingFace:
      let token = HuggingFaceToken(variable: variable).credential(for: account.origin)
      return (token.map { FoundCredential(credential: $0, name: "the token that `huggingface-cli` keeps") }, nil, false)
    case .person: return (await person(for: account, url, settings, user, challenges), nil, true)
    }
  }

  /// An entry names no port either: to a host that the user has not named it goes only at the usual one.
  private func netrc(for account: Account, _ user: String?) -> FoundCredential? {
    guard account.isNamedByUser || (account.origin.scheme == "https" && account.origin.port == 443) else { return nil }
    let path = variable("NETRC").flatMap { $0.isEmpty ? nil : $0 } ?? home.map { $0 + "/.netrc" }
    guard let path, let bytes = try? readFile(path, limit: 1 << 20),
      let entry = Netrc(parsing: bytes).entry(for: account.origin.host, user: user), let password = entry.password
    else { return nil }
    let credential = Credential(.password(password, of: entry.login ?? user ?? ""))
    return FoundCredential(credential: credential, name: "the password in `\(path)`")
  }

  private func gitCredentials(for account: Account, _ user: String?, _ path: String?) -> FoundCredential? {
    let config = variable("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 } ?? home.map { $0 + "/.config" }
    let files = [home.map { $0 + "/.git-credentials" }, config.map { $0 + "/git/credentials" }]
    for case let file? in files {
      guard let bytes = try? readFile(file, limit: 1 << 20),
        let entry = GitCredentialsFile(parsing: bytes).entry(for: account.origin, user: user, path: path)
      else { continue }
      let credential = Credential(.password(entry.password, of: entry.user))
      return FoundCredential(credential: credential, name: "the password in `\(file)`")
    }
    return nil
  }

  /// Only for a host that the user has named: who a repository or a server names might only want to be told a password.
  private func person(
    for account: Account, _ url: HTTPURL, _ settings: CredentialSettings, _ user: String?, _ challenges: [String]
  ) async -> FoundCredential? {
    guard account.isNamedByUser, settings.isInteractive,
      state.withLock({ $0.asked.insert(account.origin).inserted })
    else { return nil }
    let question = CredentialQuestion(.host(account.origin.description, username: user))
    guard let answer = await answer(to: question) else { return nil }
    let path = settings.usesHTTPPath ? url.repositoryPath : nil
    var attributes = CredentialAttributes(for: url, path: path, username: answer.username, challenges: challenges)
    attributes.password = answer.password
    return FoundCredential(
      credential: Credential(.password(answer.password, of: answer.username)), name: "the password that you gave",
      helpers: settings.helpers.map { CredentialHelper(command: $0) }, attributes: attributes)
  }

  private func answer(to question: CredentialQuestion) async -> CredentialAnswer? {
    let program = AskPass(configured: config.string("core.askPass"), variable: variable)
    if let answer = await program?.answer(to: question) { return answer }
    let isAllowed = variable("GIT_TERMINAL_PROMPT").map { GitConfig.bool($0) ?? true } ?? true
    guard let ask, isAllowed, !Task.isCancelled else { return nil }
    return await onBlockingThread { ask(question) }
  }

  /// Of a key with which a host is to know us, `http.sslCertPasswordProtected`: asked for once.
  func passphrase(_ certificate: String) async -> String? {
    let task = state.withLock { state in
      if let task = state.passphrases[certificate] { return task }
      let task = Task { () -> String? in
        let helpers = self.config.unscopedCredentialHelpers.map { CredentialHelper(command: $0) }
        let filled = await self.helpers(helpers).fill(CredentialAttributes(certificate: certificate))
        if let password = filled.password { return password }
        return await self.answer(to: CredentialQuestion(.certificate(certificate)))?.password
      }
      state.passphrases[certificate] = task
      return task
    }
    return await task.value
  }

  func helpers(_ helpers: [CredentialHelper]) -> CredentialHelpers {
    CredentialHelpers(helpers: helpers, folders: CredentialHelper.folders(variable: variable), warn: warn)
  }

  private var home: String? { variable("HOME").flatMap { $0.isEmpty ? nil : $0 } }
}

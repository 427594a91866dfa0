import Git
import HTTP
import Synchronization
import Text

/// What this command knows of the user's credentials: for each host what was found, where to look next, and what the
/// host made of it. Many requests may be refused at once; each place is looked into once, and all wait for it.
package final class Credentials: Sendable {
  /// Whom credentials are for.
  struct Account: Hashable, Sendable {
    let origin: Origin
    /// The repository, where `credential.useHttpPath` is set.
    let path: String?
    let isNamedByUser: Bool
  }

  /// Where credentials are looked for after a host has refused a request, in this order.
  enum Place: CaseIterable, Sendable { case helpers, netrc, gitCredentials, huggingFace, person }

  struct Ledger {
    var found: [FoundCredential]
    var places = Place.allCases[...]
    /// The name of the user that a helper knew, without the password.
    var username: String?
    /// Of the requests' own credentials, those that the host has refused.
    var refusedOwn: Set<String> = []
    var lookup: Task<Void, Never>?
    /// How many requests wait for it.
    var waiting = 0
  }

  struct State {
    var ledgers: [Account: Ledger] = [:]
    /// A person is asked once for a host, whatever comes of it.
    var asked: Set<Origin> = []
    var tokens: [TokenFile.Entry]?
    var passphrases: [String: Task<String?, Never>] = [:]
  }

  let config: GitConfig
  let variable: @Sendable (String) -> String?
  /// Asks the person at the terminal; nil where there is none.
  let ask: (@Sendable (CredentialQuestion) -> CredentialAnswer?)?
  let warn: @Sendable (String) -> Void
  private let namesPaths: Bool
  let state = Mutex(State())

  package init(
    config: GitConfig, variable: @escaping @Sendable (String) -> String?,
    ask: (@Sendable (CredentialQuestion) -> CredentialAnswer?)? = nil,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.config = config
    self.variable = variable
    self.ask = ask
    self.warn = warn
    namesPaths = config.namesCredentialPaths
  }

  package var authorizer: Authorizer {
    Authorizer(
      first: { self.first($0) }, next: { await self.next($0, $1, $2) },
      accepted: { await self.accepted($0, $1, status: $2) }, name: { self.name($0, $1) },
      passphrase: { await self.passphrase($0) })
  }

  // MARK: Before the request

  private func first(_ inquiry: Authorizer.Inquiry) -> String? {
    state.withLock { state in
      let ledger = ledger(of: account(inquiry), for: inquiry.url, &state)
      // What was refused for itself is not sent again when there is better.
      func counts(_ own: String?) -> Bool { own.map { !ledger.refusedOwn.contains($0) } ?? false }
      guard !counts(inquiry.inAddress) else { return nil }
      let isHeaderThere = counts(inquiry.configured)
      let candidates = ledger.found.filter { !(isHeaderThere && $0.yieldsToHeader) }
      let best =
        candidates.first { $0.verdict == .accepted } ?? candidates.first { $0.goesAhead && $0.verdict == .open }
      return best.flatMap { $0.credential.authorization(for: inquiry.url, challenges: $0.challenges) }
    }
  }

  /// Kept from the beginning: what was given to this program for this host.
  private func ledger(of account: Account, for url: HTTPURL, _ state: inout State) -> Ledger {
    if let ledger = state.ledgers[account] { return ledger }
    let ledger = Ledger(found: given(for: account, &state))
    state.ledgers[account] = ledger
    return ledger
  }

  private func account(_ inquiry: Authorizer.Inquiry) -> Account {
    var path: String?
    if namesPaths, config.credentialSettings(for: inquiry.url).usesHTTPPath {
      // The LFS server of a repository is the repository's, whose address need not have the `.git`.
      let whole = inquiry.url.repositoryPath
      path = whole.rest(before: ".git").map(String.init) ?? whole
    }
    return Account(origin: inquiry.url.origin, path: path, isNamedByUser: inquiry.isNamedByUser)
  }

  // MARK: After a refusal

  private enum Step {
    case send(String)
    case wait(Task<Void, Never>)
    case giveUp
  }

  private func next(_ inquiry: Authorizer.Inquiry, _ tried: [String], _ refusal: HTTPResponse) async -> String? {
    let account = account(inquiry)
    while true {
      let (step, rejected) = state.withLock { state -> (Step, [FoundCredential]) in
        var ledger = ledger(of: account, for: inquiry.url, &state)
        let rejected = refuse(tried, in: &ledger, inquiry.url, refusal.challenges)
        let step = self.step(&ledger, account, inquiry, tried, refusal)
        state.ledgers[account] = ledger
        return (step, rejected)
      }
      for found in rejected {
        if let attributes = found.attributes { await helpers(found.helpers).reject(attributes) }
      }
      switch step {
      case .send(let authorization): return authorization
      case .giveUp: return nil
      case .wait(let lookup): await wait(for: lookup, account)
      }
      if Task.isCancelled { return nil }
    }
  }

  /// Notes what was refused; returns what its helpers should forget. What the host has taken for something else stays:
  /// it is right, but not enough for this.
  private func refuse(
    _ tried: [String], in ledger: inout Ledger, _ url: HTTPURL, _ challenges: [String]
  ) -> [FoundCredential] {
    var rejected: [FoundCredential] = []
    var own = Set(tried)
    for index in ledger.found.indices {
      let credential = ledger.found[index].credential
      let wasSent = tried.contains { ledger.found[index].isSent(as: $0, to: url) }
      guard wasSent else { continue }
      own.subtract(tried.filter { ledger.found[index].isSent(as: $0, to: url) })
      let now = credential.authorization(for: url, challenges: challenges)
      // A token may yet be taken in the other form.
      guard ledger.found[index].verdict == .open, now.map(tried.contains) ?? true else { continue }
      ledger.found[index].verdict = .refused
      if !ledger.found[index].helpers.isEmpty { rejected.append(ledger.found[index]) }
    }
    ledger.refusedOwn.formUnion(own)
    return rejected
  }

  private func step(
    _ ledger: inout Ledger, _ account: Account, _ inquiry: Authorizer.Inquiry, _ tried: [String],
    _ refusal: HTTPResponse
  ) -> Step {
    for found in ledger.found where found.verdict != .refused {
      let authorization = found.credential.authorization(for: inquiry.url, challenges: refusal.challenges)
      if let authorization, !tried.contains(authorization) { return .send(authorization) }
    }
    if ledger.lookup == nil {
      guard let place = ledger.places.popFirst() else { return .giveUp }
      let username = inquiry.url.user ?? ledger.username
      ledger.lookup = Task {
        let (found, username, isLast) = await self.look(
          in: place, for: account, inquiry.url, username, refusal.headers.all("WWW-Authenticate"))
        self.state.withLock { state in
          if let found { state.ledgers[account]?.found.append(found) }
          if let username { state.ledgers[account]?.username = username }
          if isLast { state.ledgers[account]?.places = [] }
          state.ledgers[account]?.lookup = nil
        }
      }
    }
    guard let lookup = ledger.lookup else { return .giveUp }
    ledger.waiting += 1
    return .wait(lookup)
  }

  /// A look-up for which nobody waits any more is broken off: it may be a question to a person.
  private func wait(for lookup: Task<Void, Never>, _ account: Account) async {
    let hasLeft = Mutex(false)
    await withTaskCancellationHandler {
      await lookup.value
      _ = leave(account, hasLeft)
    } onCancel: {
      if leave(account, hasLeft) { lookup.cancel() }
    }
  }

  /// Whether this was the last one who waited.
  private func leave(_ account: Account, _ hasLeft: borrowing Mutex<Bool>) -> Bool {
    let isFirst = hasLeft.withLock { hasLeft in
      defer { hasLeft = true }
      return !hasLeft
    }
    guard isFirst else { return false }
    return state.withLock { state in
      state.ledgers[account]?.waiting -= 1
      return state.ledgers[account]?.waiting == 0
    }
  }

  // MARK: After the answer

  private func accepted(_ inquiry: Authorizer.Inquiry, _ authorization: String, status: Int) async {
    let account = account(inquiry)
    let approved = state.withLock { state -> FoundCredential? in
      guard let found = state.ledgers[account]?.found,
        let index = found.firstIndex(where: { $0.isSent(as: authorization, to: inquiry.url) })
      else { return nil }
      var one = found[index]
      one.verdict = .accepted
      if one.credential.authorization(for: inquiry.url) != authorization {
        one.challenges = [(authorization.words(at: " ").first ?? "").inLowerCase]
      }
      // A redirect may also lead to a page for people without credentials.
      let isNew = status < 300 && !one.isApproved && !one.helpers.isEmpty
      if isNew { one.isApproved = true }
      state.ledgers[account]?.found[index] = one
      return isNew ? one : nil
    }
    if let approved, let attributes = approved.attributes { await helpers(approved.helpers).approve(attributes) }
  }

  private func name(_ inquiry: Authorizer.Inquiry, _ authorization: String) -> String? {
    let account = account(inquiry)
    return state.withLock { state in
      state.ledgers[account]?.found.first { $0.isSent(as: authorization, to: inquiry.url) }?.name
    }
  }
}

extension FoundCredential {
  /// Whether `authorization` is this credential, in whatever form.
  fileprivate func isSent(as authorization: String, to url: HTTPURL) -> Bool {
    [[], ["basic"], ["bearer"]].contains { credential.authorization(for: url, challenges: $0) == authorization }
  }
}

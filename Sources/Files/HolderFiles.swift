import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Exclusive locks by key for file systems without byte-range locks: a folder for each key that is held, and in it
/// one file, the holder's, whose name tells who it is.
///
/// It needs only what every file system has, network ones too: renames that are atomic, and folders that cannot be
/// replaced or removed while a file is in them. No name of a holder's file is ever used twice. That is what makes the
/// following right, however many do it at once:
///
/// - **Taking.** The file is made in a spare folder, which is then renamed to the key's. That succeeds when there is
///   none or an empty one. So one of many gets in, and the key's folder never has more than one file.
/// - **Giving back.** The holder removes its file, by its name, and then the folder, which is refused if somebody has
///   got in meanwhile.
/// - **Taking over.** Whoever finds a holder dead removes that one's file, by its name, and then takes the lock like
///   all others. Of two that found the same holder dead, the slower has nothing to remove, in particular not the file
///   of the quicker one. And a holder that was only stopped finds its file gone, and cannot remove another's.
///
/// A holder that lives writes into its file every few seconds. Who is dead, `HolderFiles+Life.swift` decides.
final class HolderFiles: Sendable {
  struct Timing: Sendable {
    /// How often a holder writes into its file.
    var refresh: Duration = .seconds(5)
    /// How long a holder on another machine counts as alive without.
    var patience: Duration = .seconds(60)
  }

  /// A folder with a holder's file, ready to be renamed.
  struct Spare: Sendable {
    let path: String
    let name: String
    var refreshed: ContinuousClock.Instant
    var file: String { path + "/" + name }
  }

  struct State {
    /// The names of the files, by key.
    var held: [UInt64: String] = [:]
    var spare: Spare?
    var isRefreshing = false
    /// Until when a holder of another machine need not be looked at again.
    var lastsUntil: [UInt64: (name: String, time: ContinuousClock.Instant)] = [:]
  }

  let folder: String
  let timing: Timing
  let state = Mutex(State())
  private let queue = DispatchQueue(label: "lfsfetch.holders")

  init(_ folder: String, timing: Timing = Timing()) throws(FileError) {
    self.folder = folder
    self.timing = timing
    try Directory.create(folder)
    // Only to keep the folder tidy: who wants a lock of a dead holder takes it over.
    try? removeDead()
  }

  deinit {
    for key in state.withLock({ Array($0.held.keys) }) { unlock(key) }
    if let spare = state.withLock({ $0.spare }) { remove(spare) }
  }

  func path(of key: UInt64) -> String {
    let hex = String(key, radix: 16)
    return folder + "/" + String(repeating: "0", count: 16 - hex.utf8.count) + hex
  }

  // MARK: Taking

  /// Whether the lock was got; it does not wait.
  func tryLock(_ key: UInt64) throws(FileError) -> Bool {
    if stillHolds(key) { return true }
    let place = path(of: key)
    // Each further round means that somebody else got on; who has no luck so often may come again.
    for _ in 0..<10 {
      let spare = try takeSpare()
      switch try move(spare, to: place) {
      case .done:
        hold(key, spare.name)
        return true
      case .sourceIsGone: continue
      case .targetIsThere: break
      }
      defer { keep(spare) }
      guard let holder = try self.holder(in: place) else {
        // It was given back a moment ago, or by one that ended before it could remove the folder.
        try removeEmpty(place)
        continue
      }
      if try isAlive(holder, of: key, clock: spare) { return false }
      try removeFile(place + "/" + holder)
    }
    return false
  }

  /// The name of the only file in a key's folder; nil when there is none.
  func holder(in place: String) throws(FileError) -> String? {
    try Directory.list(place).first { Self.process(of: $0) != nil }
  }

  private enum Move { case done, sourceIsGone, targetIsThere }

  private func move(_ spare: Spare, to place: String) throws(FileError) -> Move {
    if rename(spare.path, place) == 0 { return .done }
    let reason = errno
    // A file server's answer may be lost, and that to the second try is then an error.
    if try FileStatus.of(place + "/" + spare.name) != nil { return .done }
    if reason == ENOENT || reason == ESTALE { return .sourceIsGone }
    // Some file systems have reasons of their own for not replacing a folder.
    guard try FileStatus.of(place) != nil || reason == EEXIST || reason == ENOTEMPTY else {
      throw FileError("rename to", place, errno: reason)
    }
    return .targetIsThere
  }

  // MARK: Holding

  private func hold(_ key: UInt64, _ name: String) {
    let begins = state.withLock { state in
      state.held[key] = name
      state.lastsUntil[key] = nil
      defer { state.isRefreshing = true }
      return !state.isRefreshing
    }
    if begins { refreshLater() }
  }

  /// Whether nobody has taken the lock over. Asks the file system.
  func stillHolds(_ key: UInt64) -> Bool {
    guard let name = state.withLock({ $0.held[key] }) else { return false }
    // Opening it asks the file server, which looking at its name need not do.
    do throws(FileError) {
      _ = try File.open(path(of: key) + "/" + name, .read)
      return true
    } catch {
      if error.isGone { forget(key, name) }
      return false
    }
  }

  func unlock(_ key: UInt64) {
    guard let name = state.withLock({ $0.held.removeValue(forKey: key) }) else { return }
    unlink(path(of: key) + "/" + name)
    rmdir(path(of: key))
  }

  private func forget(_ key: UInt64, _ name: String) {
    state.withLock { if $0.held[key] == name { $0.held[key] = nil } }
  }

  private func refreshLater() {
    let interval = timing.refresh.components
    let nanoseconds = Int(interval.seconds) * 1_000_000_000 + Int(interval.attoseconds / 1_000_000_000)
    queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.refreshHeld() }
  }

  /// Ends when nothing is held.
  private func refreshHeld() {
    let held = state.withLock { state in
      state.isRefreshing = !state.held.isEmpty
      return state.held
    }
    guard !held.isEmpty else { return }
    for (key, name) in held {
      do throws(FileError) {
        if try refresh(path(of: key) + "/" + name) == nil { forget(key, name) }
      } catch {
        // A server that does not answer now may do so the next time; only a file that is gone is lost.
      }
    }
    refreshLater()
  }

  // MARK: Spares

  private func takeSpare() throws(FileError) -> Spare {
    let kept = state.withLock { state in
      defer { state.spare = nil }
      return state.spare
    }
    if var kept {
      if ContinuousClock.now - kept.refreshed < timing.refresh { return kept }
      if try refresh(kept.file) != nil {
        kept.refreshed = .now
        return kept
      }
    }
    return try makeSpare()
  }

  func makeSpare() throws(FileError) -> Spare {
    let name = Self.newName()
    let spare = Spare(path: folder + "/." + name, name: name, refreshed: .now)
    var attempts = 0
    while true {
      do throws(FileError) {
        try Directory.create(spare.path)
        try File.open(spare.file, .createNew(permissions: 0o644)).write([0], at: 0)
        return spare
      } catch {
        rmdir(spare.path)
        attempts += 1
        // Who cleans up may have seen the folder while it was empty.
        guard error.isGone, attempts < 10 else { throw error }
      }
    }
  }

  func keep(_ spare: Spare) {
    let isKept = state.withLock { state in
      guard state.spare == nil else { return false }
      state.spare = spare
      return true
    }
    if !isKept { remove(spare) }
  }

  private func remove(_ spare: Spare) {
    unlink(spare.file)
    rmdir(spare.path)
  }

  /// Fine when it is not there, or not empty any more.
  func removeEmpty(_ path: String) throws(FileError) {
    guard rmdir(path) == 0 || [ENOENT, ENOTEMPTY, EEXIST].contains(errno) else { throw FileError("remove", path) }
  }

  private static func newName() -> String {
    ProcessIdentity.own.text + "." + String(UInt64.random(in: .min ... .max), radix: 36)
  }
}

extension FileError {
  /// A file server also says so of a file that was open when another machine removed it.
  var isGone: Bool { isNotFound || errno == ESTALE }
}

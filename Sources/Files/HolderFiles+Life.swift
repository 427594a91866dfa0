/// Who of the holders is dead.
///
/// Of a process on this machine the system tells. Of any other nothing is known but when it last wrote into its file:
/// by the file server's clock, which both it and we can have told only by writing. The clocks of two machines may
/// differ by more than any patience.
extension HolderFiles {
  /// The process that a holder's file is named after.
  static func process(of name: String) -> ProcessIdentity? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return ProcessIdentity(parsing: name[..<dot])
  }

  /// `clock` is a file of our own.
  func isAlive(_ name: String, of key: UInt64, clock: Spare) throws(FileError) -> Bool {
    switch Self.process(of: name)?.life {
    case .alive: return true
    case .gone: return false
    case .unknown, nil: break
    }
    // While it cannot be over, the file server need not be asked ten times a second.
    if let known = state.withLock({ $0.lastsUntil[key] }), known.name == name, .now < known.time { return true }
    guard let left = try timeLeft(path(of: key) + "/" + name, clock: clock) else { return true }
    state.withLock { $0.lastsUntil[key] = (name, .now + left) }
    return left > .zero
  }

  /// How long a holder of another machine still counts as alive when it does not write again; nil when its file or
  /// our own is gone, so that somebody else was quicker.
  private func timeLeft(_ path: String, clock: Spare) throws(FileError) -> Duration? {
    guard let written = try lastWritten(path), let now = try refresh(clock.file) else { return nil }
    return min(timing.patience, timing.patience - .nanoseconds(now - written))
  }

  /// Writes into a holder's file; when that was, by the clock of the file system; nil when it is not there.
  ///
  /// A write and not a change of its times: those are what the client says on some network file systems.
  func refresh(_ path: String) throws(FileError) -> Int64? {
    do throws(FileError) {
      try File.open(path, .readWrite).write([0], at: 0)
    } catch {
      if error.isGone { return nil }
      throw error
    }
    return try lastWritten(path)
  }

  /// The file is opened for it, because a network file system asks its server then, and not each time that a name is
  /// looked at.
  private func lastWritten(_ path: String) throws(FileError) -> Int64? {
    do throws(FileError) {
      return try File.open(path, .read).status().modified
    } catch {
      if error.isGone { return nil }
      throw error
    }
  }

  /// Removes what the dead have left, spares among it, of keys that nobody may ever ask for again.
  func removeDead() throws(FileError) {
    let names = try Directory.list(folder)
    guard !names.isEmpty else { return }
    let clock = try makeSpare()
    defer { keep(clock) }
    for name in names {
      let place = folder + "/" + name
      guard try FileStatus.of(place)?.kind == .folder else { continue }
      if let holder = try holder(in: place) {
        let isDead =
          switch Self.process(of: holder)?.life {
          case .alive: false
          case .gone: true
          case .unknown, nil: (try timeLeft(place + "/" + holder, clock: clock)).map { $0 <= .zero } ?? false
          }
        guard isDead else { continue }
        try removeFile(place + "/" + holder)
      }
      try removeEmpty(place)
    }
  }
}

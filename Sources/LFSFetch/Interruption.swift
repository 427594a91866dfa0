import Files

/// What a process has to see to that is interrupted: the programs that it has started, and its temporary files that no
/// later run would know.
///
/// Programs are told to end at once, by SIGTERM, and none is started any more. When this process ends, those that still
/// run are killed, so it should wait for them a moment (`awaitPrograms`).
package enum Interruption {
  package static func begin() { RunningPrograms.end() }

  package static func awaitPrograms() { RunningPrograms.awaitEnd() }

  package static func finish() {
    RunningPrograms.kill()
    TemporaryFile.removeAll()
  }
}

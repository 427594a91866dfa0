/// A program between two files.
extension Program {
  /// Runs the program to its end, with one file as its standard input and another as its standard output: they need no
  /// attention meanwhile, whatever order it reads and writes in. What it has started ends with it, so that nothing is
  /// written any more. Blocks. Returns how it ended, and the last of what it
  /// has said on standard error.
  package func run(reading input: File, writing output: File) throws(FileError) -> (
    ending: ChildProcess.Ending?, lastWords: [UInt8]
  ) {
    let (errors, alarm) = (try ChildPipe(), try ChildPipe())
    // In the background of a terminal it could ask the user nothing, and would be stopped for trying.
    let isGroup = !ChildProcess.ownsTerminal
    let life = try RunningPrograms.add(self) { () throws(FileError) in
      let id = try withExtendedLifetime((input, output)) { () throws(FileError) in
        try start(
          input: input.descriptor, output: output.descriptor, errors: errors.writing.descriptor, inOwnGroup: isGroup)
      }
      return ChildLife(id, isGroup: isGroup, endsGroup: true, alarm: alarm.writing)
    }
    // Else the end of what the program says would never come.
    errors.writing.close()
    life.listen(to: errors.reading) { _ in }
    let ending = life.wait(atMost: nil)
    return (ending, life.lastWords)
  }
}

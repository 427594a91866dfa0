/// The selection of git's cone mode: whole folders, and the files that are directly in a folder above one of them, or
/// in the top folder.
///
/// https://git-scm.com/docs/git-sparse-checkout#_internals_cone_mode_handling
struct Cone: Sendable, Equatable {
  /// Those that are selected with all that is in them, without slashes at their ends. None is inside another.
  private(set) var folders: Set<[UInt8]> = []
  /// Those above them, but for the top folder.
  private var parents: Set<[UInt8]> = []

  init(folders: Set<[UInt8]>) { select(folders) }

  /// As `info/sparse-checkout` has it; nil for patterns that git would not write in this mode.
  init?(patterns text: [UInt8]) {
    let lines = Set(text.split(separator: newline).filter { $0.first != UInt8(ascii: "#") }.map(Array.init))
    var folders: Set<[UInt8]> = []
    for line in lines where line.first == slash && line.last == slash && line.count > 2 {
      guard !lines.contains(Self.withoutFolders(line)) else { continue }
      folders.insert(Self.unescaped(line.dropFirst().dropLast()))
    }
    self.init(folders: folders)
    guard lines == Set(self.lines) else { return nil }
  }

  private mutating func select(_ all: Set<[UInt8]>) {
    folders = all.filter { folder in !Self.above(folder).contains { all.contains(Array($0)) } }
    parents = Set(folders.flatMap { Self.above($0).map(Array.init) })
  }

  func contains(_ path: [UInt8]) -> Bool {
    guard let end = path.lastIndex(of: slash) else { return true }
    return parents.contains(Array(path[..<end])) || containsWholly(path)
  }

  /// In one of the folders, at whatever depth.
  func containsWholly(_ path: [UInt8]) -> Bool { Self.above(path).contains { folders.contains(Array($0)) } }

  mutating func take(_ more: Set<[UInt8]>) { select(folders.union(more)) }

  /// `paths` are all there are: of a folder that is selected with all that is in it, the others inside take its place.
  mutating func leaveOut(_ gone: Set<[UInt8]>, of paths: [[UInt8]]) {
    func above(_ path: [UInt8]) -> [[UInt8]] { Self.above(path).map(Array.init) }
    let broken = Set(gone.flatMap(above))
    var left = folders.filter { !broken.contains($0) && gone.isDisjoint(with: above($0) + [$0]) }
    for path in paths {
      var isSelected = false
      for folder in above(path) {
        if gone.contains(folder) { break }
        isSelected = isSelected || folders.contains(folder)
        if isSelected, !broken.contains(folder) {
          left.insert(folder)
          break
        }
      }
    }
    select(left)
  }

  // MARK: As text

  /// As git writes them.
  var lines: [[UInt8]] {
    var lines = [Array("/*".utf8), Array("!/*/".utf8)]
    for line in parents.sorted(by: { $0.lexicographicallyPrecedes($1) }).map(Self.line) {
      lines += [line, Self.withoutFolders(line)]
    }
    return lines + folders.sorted { $0.lexicographicallyPrecedes($1) }.map(Self.line)
  }

  private static func line(_ folder: [UInt8]) -> [UInt8] {
    [slash] + folder.flatMap { PathPattern.special.contains($0) ? [backslash, $0] : [$0] } + [slash]
  }

  private static func withoutFolders(_ line: [UInt8]) -> [UInt8] { [UInt8(ascii: "!")] + line + Array("*/".utf8) }

  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var (rest, bytes) = (text, [UInt8]())
    while let byte = rest.popFirst() { bytes.append(byte == backslash ? rest.popFirst() ?? byte : byte) }
    return bytes
  }

  /// The folders above a path, the highest first.
  static func above(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
    path.indices.filter { path[$0] == slash }.map { path[..<$0] }
  }
}

private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
private let newline = UInt8(ascii: "\n")

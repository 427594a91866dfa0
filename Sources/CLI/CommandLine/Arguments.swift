import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The options and operands of one command, parsed and checked: what a command reads instead of words.
struct Arguments: Sendable, Equatable {
  private(set) var operands: [String] = []
  /// By the option's name, in the order given; a flag has one empty value.
  private var values: [String: [String]] = [:]

  mutating func add(operand: String) {
    operands.append(operand)
  }

  mutating func add(_ value: String, for option: OptionSpecification) {
    values[option.name, default: []].append(value)
  }

  func has(_ option: OptionSpecification) -> Bool {
    values[option.name] != nil
  }

  func value(of option: OptionSpecification) -> String? {
    values[option.name]?.last
  }

  func values(of option: OptionSpecification) -> [String] {
    values[option.name] ?? []
  }

  /// The parser has checked that it is a number in the option's range.
  func number(of option: OptionSpecification) -> Int? {
    value(of: option).flatMap { Int($0) }
  }
}

extension Arguments {
  /// The first operand byte for byte as the program was given it, since paths need not be text; empty without one.
  var firstOperandBytes: [UInt8] {
    guard let operand = operands.first else { return [] }
    let words = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    let word = words.lazy.compactMap { $0 }.last { String(cString: $0).isSame(as: operand) }
    return word.map { UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) } }
      ?? Array(operand.utf8)
  }
}

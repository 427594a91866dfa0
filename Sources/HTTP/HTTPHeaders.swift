/// Header fields in the order they came; names compare without regard to case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [Field] = []

  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  package init() {}

  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { add(name, value) }
  }

  /// A field with a line break in it would be two fields, so it is not added.
  package mutating func add(_ name: String, _ value: String) {
    guard !name.isEmpty, !(name + value).utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else { return }
    fields.append(Field(name: name, value: value))
  }

  package mutating func add(_ other: HTTPHeaders) {
    fields += other.fields
  }

  package func all(_ name: String) -> [String] {
    fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
  }

  package subscript(name: String) -> String? {
    get { fields.last { $0.name.equalsIgnoringCase(name) }?.value }
    set {
      fields.removeAll { $0.name.equalsIgnoringCase(name) }
      if let newValue { add(name, newValue) }
    }
  }
}

extension String {
  fileprivate func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy {
        $0 == $1 || ($0 | 0x20 == $1 | 0x20 && ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a)
      }
  }
}

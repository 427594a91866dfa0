import Testing

@testable import LFSFetch

struct XMLElementTests {
  private func parse(_ text: String) throws -> XMLElement { try XMLElement.parse(Array(text.utf8)) }

  @Test(
    arguments: [
      ("<a>x</a>", "x"), ("<?xml version=\"1.0\"?>\n<a b='<>' c=\"/>\">x</a>\n", "x"), ("<a/>", ""), ("<a />", ""),
      ("<s:a xmlns:s=\"u\">x</s:a>", "x"), ("<a>&lt;&#34;&#x20AC;&amp;&apos;&quot;&gt;</a >", "<\"€&'\">"),
      ("<!-- - --><a>x<!-- y -->z<![CDATA[<&>]]]></a><!-- -->", "xz<&>]"), ("\u{feff}<a>ä</a>", "ä"),
      ("<a>R&amp;\u{301}D</a>", "R&\u{301}D"), ("<a>\u{301}</a>", "\u{301}"),
    ])
  func readsTextAsItIsMeant(xml: String, text: String) throws {
    let element = try parse(xml)
    #expect(element.name == "a")
    #expect(element.text == text)
  }

  @Test func knowsWhatIsInAnElement() throws {
    let root = try parse("<r><k>1</k> <k>2</k><e><k>3</k></e></r>")
    #expect(root.children.map(\.name) == ["k", "k", "e"])
    #expect(root.text(of: "k") == "1")
    #expect(root.text(of: "x") == nil)
    #expect(root.children.last?.text(of: "k") == "3")
  }

  @Test(
    arguments: [
      ("", "it does not begin with an element"), ("x", "it does not begin with an element"),
      ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "it has a document type"),
      ("<a>&x;</a>", "it has an entity that is not known"), ("<a>&</a>", "it has an entity that is not known"),
      ("<a>&#xD800;</a>", "it has an entity that is not known"), ("<a>", "it ends within `a`"),
      ("<a><b></a>", "`b` is not closed"), ("<a></a", "`a` is not closed"), ("<a", "a tag is not closed"),
      ("<a b='", "`'` is missing"), ("<a></a><b/>", "something follows the last element"),
      ("< a/>", "an element has no name"),
      ("<a><!-- </a>", "`-->` is missing"), ("<a><![CDATA[ </a>", "`]]>` is missing"),
    ])
  func refusesWhatItCannotRead(xml: String, reason: String) {
    #expect(throws: XMLElement.Fault(description: reason)) { try parse(xml) }
  }

  @Test func isBounded() {
    let deep = String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17)
    let many = "<a>" + String(repeating: "<b/>", count: 100_000) + "</a>"
    for text in [deep, many] {
      #expect(throws: XMLElement.Fault(description: "it has too many elements")) { try parse(text) }
    }
    #expect(throws: XMLElement.Fault(description: "it is not UTF-8")) { try XMLElement.parse([0x3c, 0xff]) }
  }
}

import Testing

@testable import LFSFetch

struct CloneMarkerTests {
  @Test func `what is written is what is read`() {
    var content = CloneMarker.Content()
    content.places = [("/g/.g.x.tmp", "/g/g"), ("/w/.c.x.tmp", "/w/c")]
    #expect(CloneMarker.Content(content.bytes) == content)
    content.whole = ("/g/g", "ref: refs/heads/main abc")
    #expect(CloneMarker.Content(content.bytes) == content)
  }

  @Test(arguments: ["", "/only", "/a\0/b\0", "/a\0/b\0\0/g", "/a\0/b\0/c", "\0/g\0state", "/a\0/b\0\0/g\0s\0more"])
  func `what is cut short is none`(_ text: String) {
    #expect(CloneMarker.Content(Array(text.utf8)) == nil)
  }
}

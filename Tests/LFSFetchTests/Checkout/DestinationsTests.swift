import Testing

@testable import LFSFetch

@Suite struct DestinationsTests {
  private func models(_ texts: [String]) throws -> [ModelInProgress] {
    var one = RegistryEntry(name: "one", source: "https://h/x")
    one.aliases = ["uno"]
    one.variants = [Variant(name: "q8"), Variant(name: "q4")]
    let registry = Registry(entries: [one, RegistryEntry(name: "two", source: "https://h/y")])
    return try texts.map { text in
      let request = try ModelRequest(text)
      var model = ModelInProgress(request: request)
      model.understood(try Wanted(request, registry: registry))
      return model
    }
  }

  @Test(arguments: [
    (["one"], ["/to"]), (["https://h/x"], ["/to"]), (["one", "two"], ["/to/one", "/to/two"]),
    (["uno", "two"], ["/to/one", "/to/two"]), (["one", "one"], ["/to/one", "/to/one"]),
    (["one:q8", "uno:q4", "one"], ["/to/one-q8", "/to/one-q4", "/to/one"]), (["one:q8"], ["/to"]),
    (["https://h/a/name.git@v1:*.bin", "/srv/other/"], ["/to/name", "/to/other"]),
    (["https://h/a/b%20c", "one"], ["/to/model", "/to/one"]), (["https://h/..", "one"], ["/to/model", "/to/one"]),
    (["https://h/x:a", "https://h/x:b"], ["/to/x", "/to/x"]),
  ])
  func `one model fills the folder, several have one each`(requests: [String], folders: [String]) throws {
    let destinations = Destinations(try models(requests), root: "/to")
    #expect(try requests.indices.map { try destinations.folder(of: $0) } == folders)
  }

  @Test func `without a folder there is none`() throws {
    #expect(try Destinations(try models(["one", "two"]), root: nil).folder(of: 0) == nil)
  }

  @Test(arguments: [
    ["https://h/a/x", "https://h/b/x"], ["https://h/x@v1", "https://h/x@v2"], ["https://h/one", "one"],
  ])
  func `two that would meet are refused`(_ requests: [String]) throws {
    let destinations = Destinations(try models(requests), root: "/to")
    let name = requests.contains("one") ? "one" : "x"
    for index in 0...1 {
      let error = fetchError { () throws(FetchError) in try destinations.folder(of: index) }
      #expect(
        error
          == FetchError(
            .usage, "two models would both be put into `/to/\(name)`",
            hint: "fetch them with a command each, and another `--to`"))
    }
  }
}

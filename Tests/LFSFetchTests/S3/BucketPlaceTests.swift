import HTTP
import Testing

@testable import LFSFetch

struct BucketPlaceTests {
  private static let keys = AWSKeys(id: "A", secret: "S")

  private func place(
    _ address: String, _ settings: AWSSettings = AWSSettings(), isNamedByUser: Bool = true
  ) throws -> BucketPlace {
    try BucketPlace(try BucketAddress(address), settings, isNamedByUser: isNamedByUser)
  }

  // MARK: Addresses

  @Test(
    arguments: [
      ("s3://b/k", "b", "k", nil, nil, false), ("s3://b", "b", "", nil, nil, true),
      ("s3://b/d/", "b", "d/", nil, nil, true),
      ("s3://my.bucket-1/a b/ä+%40%3A%25.bin", "my.bucket-1", "a b/ä+@:%.bin", nil, nil, false),
      ("s3://b/k?region=eu-west-1", "b", "k", nil, "eu-west-1", false),
      (
        "s3://b/what?.bin?endpoint=http://127.0.0.1:9000/x&region=r", "b", "what?.bin", "http://127.0.0.1:9000/x", "r",
        false
      ),
      ("s3://b/d/?endpoint=https%3A%2F%2Fh", "b", "d/", "https://h/", nil, true),
      ("s3://b/k%3Fregoin=x", "b", "k?regoin=x", nil, nil, false),
      ("s3://b/k?v2.bin", "b", "k?v2.bin", nil, nil, false), ("s3://b/a?=b", "b", "a?=b", nil, nil, false),
    ] as [(String, String, String, String?, String?, Bool)])
  func addressesAreTakenApart(
    text: String, bucket: String, key: String, endpoint: String?, region: String?, isFolder: Bool
  ) throws {
    let address = try BucketAddress(text)
    #expect(address.bucket == bucket)
    #expect(address.key == key)
    #expect(address.endpoint?.string == endpoint)
    #expect(address.region == region)
    #expect(address.isFolder == isFolder)
  }

  @Test(
    arguments: [
      ("s3://", "`` is no name of a bucket"), ("s3:///k", "`` is no name of a bucket"),
      ("s3://secret@B!/k", "`B!` is no name of a bucket"), ("s3://../k", "`..` is no name of a bucket"),
      ("s3://b/50%.bin", "in a key `%` begins two hexadecimal digits; write `%25` for the character itself"),
      ("s3://b/k?region=a.b", "`a.b` is no name of a region"),
      ("s3://b/k?endpoint=http://h&x=1", "`x` is no setting: `endpoint=URL` and `region=NAME` are"),
      ("s3://b/k?regoin=x", "`regoin` is no setting: `endpoint=URL` and `region=NAME` are"),
      ("s3://b/k?Region=x", "`Region` is no setting: `endpoint=URL` and `region=NAME` are"),
      ("s3://b/k?regoin=x&region=y", "`regoin` is no setting: `endpoint=URL` and `region=NAME` are"),
      ("s3://b/a?b?end-point=x", "`end-point` is no setting: `endpoint=URL` and `region=NAME` are"),
      ("s3://b/k?endpiont=http://u:pw@h", "`endpiont` is no setting: `endpoint=URL` and `region=NAME` are"),
    ])
  func whatIsNoAddressIsToldWhy(text: String, cause: String) {
    let error = fetchError { () throws(FetchError) in try BucketAddress(text) }
    #expect(error?.causes == [cause])
    #expect(error?.message.contains("pw") == false)
  }

  /// In a glob `?` is any character.
  @Test(
    arguments: [
      ("s3://b/d/:*.bin?regoin=x", "did you mean `region`?"),
      ("s3://b/d/:*?endpont=http://h", "did you mean `endpoint`?"),
      ("s3://b/d/:a?b=c", nil), ("s3://b/d/:a?.bin", nil), ("S3://b/d/:a?.bin?region=x", nil),
    ] as [(String, String?)]) func settingsBehindAGlobAreNoPartOfIt(text: String, hint: String?)
  {
    #expect(fetchError { () throws(FetchError) in try ModelRequest(text) }?.hint == hint)
  }

  @Test func aRegionOfTheSettingsThatIsNoneIsAnError() throws {
    var settings = AWSSettings()
    settings.region = "eu west"
    let error = fetchError { () throws(FetchError) in
      try BucketPlace(try BucketAddress("s3://b/k"), settings, isNamedByUser: true)
    }
    #expect(
      error
        == FetchError(
          .usage, "cannot use the region `eu west` of your AWS settings",
          causes: ["a region has letters, digits and `-`"],
          hint: "check `AWS_REGION`, `AWS_DEFAULT_REGION`, and `region` in `~/.aws/config`"))
    // The address says it better.
    #expect(try place("s3://b/k?region=r2", settings).url(of: "k").string == "https://b.s3.r2.amazonaws.com/k")
  }

  @Test(arguments: ["ftp://h", "http://u:pw@h", "https://h?x=1", "h"])
  func anEndpointIsAPlainURL(text: String) {
    let error = fetchError { () throws(FetchError) in try BucketAddress("s3://b/k?endpoint=\(text)") }
    #expect(error?.code == .usage)
    #expect(error?.message.hasPrefix("cannot use the S3 endpoint") == true)
    #expect(error?.message.contains("pw") == false)
  }

  // MARK: Hosts

  @Test(
    arguments: [
      ("s3://b/a b+c", nil, nil, nil, "https://b.s3.us-east-1.amazonaws.com/a%20b%2Bc"),
      ("s3://b/k", "eu-west-1", nil, nil, "https://b.s3.eu-west-1.amazonaws.com/k"),
      ("s3://b/k?region=cn-north-1", "eu-west-1", nil, nil, "https://b.s3.cn-north-1.amazonaws.com.cn/k"),
      ("s3://b.c/k", nil, nil, nil, "https://s3.us-east-1.amazonaws.com/b.c/k"),
      ("s3://Old_B/k", nil, nil, nil, "https://s3.us-east-1.amazonaws.com/Old_B/k"),
      ("s3://b/k", nil, nil, "path", "https://s3.us-east-1.amazonaws.com/b/k"),
      ("s3://b/k", nil, "http://h:9/p", nil, "http://h:9/p/b/k"),
      ("s3://b/k", nil, "http://h:9/p/", "virtual", "http://b.h:9/p/k"),
      ("s3://b/k?endpoint=https://own", nil, "http://h", nil, "https://own/b/k"),
    ] as [(String, String?, String?, String?, String)])
  func theStoreIsFoundAsTheToolsFindIt(
    address: String, region: String?, endpoint: String?, style: String?, url: String
  ) throws {
    var settings = AWSSettings()
    (settings.region, settings.endpoint, settings.addressingStyle) = (region, endpoint, style)
    #expect(try place(address, settings).url(of: try BucketAddress(address).key).string == url)
  }

  @Test func aListIsAskedForInTheOrderOfTheSignature() throws {
    let place = try place("s3://b/?endpoint=http://h")
    #expect(place.listURL(prefix: "a/b+", after: nil).string == "http://h/b/?list-type=2&prefix=a%2Fb%2B")
    #expect(
      place.listURL(prefix: "", after: "t/+=").string
        == "http://h/b/?continuation-token=t%2F%2B%3D&list-type=2&prefix=")
  }

  // MARK: Keys

  @Test(
    arguments: [
      ("s3://b/k", true, nil, true), ("s3://b/k", false, nil, true), ("s3://b/k", false, "http://h", true),
      ("s3://b/k?endpoint=http://evil", true, nil, true), ("s3://b/k?endpoint=http://evil", false, nil, false),
      ("s3://b/k?endpoint=http://evil", false, "http://h", false),
      ("s3://b/k?endpoint=http://h/x", false, "http://h", true),
      ("s3://b/k?endpoint=http://h:81", false, "http://h", false),
    ] as [(String, Bool, String?, Bool)])
  func keysDoNotGoWhereAStrangerWantsThem(
    address: String, isNamedByUser: Bool, endpoint: String?, isSigned: Bool
  ) throws {
    var settings = AWSSettings()
    (settings.keys, settings.endpoint) = (Self.keys, endpoint)
    #expect((try place(address, settings, isNamedByUser: isNamedByUser).signing != nil) == isSigned)
    settings.keys = nil
    #expect(try place(address, settings, isNamedByUser: isNamedByUser).signing == nil)
  }

  @Test func whatSignsIsForTheRegion() throws {
    var settings = AWSSettings()
    (settings.keys, settings.region) = (Self.keys, "eu-west-1")
    #expect(try place("s3://b/k", settings).signing?.region == "eu-west-1")
    #expect(try place("s3://b/k?region=r2", settings).signing?.region == "r2")
    settings.region = nil
    #expect(try place("s3://b/k", settings).signing?.region == "us-east-1")
  }
}

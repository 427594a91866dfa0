/// What the user's configuration says about the connections to one URL.
package struct TransportSettings: Sendable, Equatable {
  package var proxy: String?
  package var caFile: String?
  package var caDirectory: String?
  package var verifyPeer = true
  package var clientCertificate: String?
  package var clientKey: String?
  /// Whether the key cannot be used without a passphrase, which is asked for.
  package var isClientKeyProtected = false
  package var clientKeyPassphrase: String?
  package var userAgent: String?
  /// Headers that the user configured for this very URL, such as `http.https://host/.extraHeader`.
  package var headers: HTTPHeaders = [:]
  /// Headers that the user configured for no URL in particular. They may hold credentials, so they go only to the
  /// hosts that the user named, never to where those hosts send us.
  package var globalHeaders: HTTPHeaders = [:]
  /// A file of cookies; empty for none but those that come meanwhile, nil for none at all.
  package var cookieFile: String?
  /// Whether cookies that come are kept in it.
  package var savesCookies = false
  /// A transfer that stays below `lowSpeedLimit` bytes a second for `lowSpeedTime` is ended. Zero of either switches
  /// that off, as in git; without a limit it depends on what is transferred.
  package var lowSpeedLimit: Int?
  package var lowSpeedTime: Duration = .seconds(30)
  package var connectTimeout: Duration = .seconds(30)

  package init() {}
}

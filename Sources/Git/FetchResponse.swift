/// Reads the answer to a fetch while it arrives, in pieces of any size, and hands on what belongs to the pack.
///
/// In v2 an answer is sections (`acknowledgments`, `shallow-info`, `wanted-refs`, `packfile-uris`, `packfile`), each
/// a header line and lines up to a delimiter. In v0 it is the shallow commits up to a flush, `NAK`, and the pack.
/// In both the pack comes through the side-band: the first byte of a line says whether data, progress or a fatal
/// error follows.
struct FetchResponse {
  private enum State: Equatable {
    /// v2: a section's header comes next.
    case header
    /// v2: in a section whose lines do not matter here.
    case section
    /// v0: shallow commits up to a flush, when a depth was asked for.
    case shallow
    /// v0: `NAK` or `ACK`.
    case acknowledgment
    case pack
    case done
  }

  private var decoder = PktLineDecoder()
  private var state: State
  private var hasBytes = false
  /// Whether any byte of a pack has come.
  private(set) var hasPack = false
  /// The commits whose parents were left out.
  private(set) var shallow: [ObjectID] = []

  init(version: Advertisement.Version, shape: FetchShape) {
    state = version == .v2 ? .header : shape.isShallow ? .shallow : .acknowledgment
  }

  /// `pack` gets the pack's bytes, valid during the call only; what it throws is thrown on.
  mutating func consume(
    _ bytes: UnsafeRawBufferPointer, pack: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    hasBytes = hasBytes || !bytes.isEmpty
    var state = state
    var hasPack = hasPack
    var shallow = shallow
    var thrown: (any Error)?
    do throws(GitError) {
      try decoder.decode(bytes) { packet throws(GitError) in
        guard thrown == nil else { return }
        do {
          let data = try FetchResponse.advance(&state, packet)
          if state == .section || state == .shallow, let edge = FetchResponse.edge(packet) { shallow.append(edge) }
          if let data, !data.isEmpty {
            hasPack = true
            try pack(data)
          }
        } catch {
          thrown = error
        }
      }
    } catch {
      thrown = thrown ?? FetchFailure.malformed(error)
    }
    self.state = state
    self.hasPack = hasPack
    self.shallow = shallow
    if let thrown { throw thrown }
  }

  /// Nothing more belongs to it.
  var isOver: Bool { state == .done && decoder.isBetweenLines }

  /// To be called when the body is over.
  func finish() throws(FetchFailure) {
    if !hasBytes { throw .noAnswer }
    guard state == .done, hasPack, decoder.isBetweenLines else { throw hasPack ? .brokenOff : .noFlush }
  }

  /// Returns the bytes of the pack that `packet` carries.
  private static func advance(
    _ state: inout State, _ packet: PktLineDecoder.Packet
  ) throws(FetchFailure) -> UnsafeRawBufferPointer? {
    guard case .data(let payload) = packet else {
      try mark(&state, packet)
      return nil
    }
    if payload.starts(with: "ERR ".utf8) {
      throw FetchFailure(serverMessage: payload.dropFirst(4))
    }
    switch state {
    case .header:
      state = payload.elementsEqual("packfile\n".utf8) || payload.elementsEqual("packfile".utf8) ? .pack : .section
    case .section: break
    case .shallow:
      guard payload.starts(with: "shallow ".utf8) || payload.starts(with: "unshallow ".utf8) else {
        throw unexpected(payload)
      }
    case .acknowledgment:
      guard payload.starts(with: "NAK".utf8) || payload.starts(with: "ACK ".utf8) else { throw unexpected(payload) }
      state = .pack
    // In v0 one line may follow another for what was said to be here.
    case .pack where payload.starts(with: "ACK ".utf8): break
    case .pack: return try sideBand(payload)
    case .done: throw unexpected(payload)
    }
    return nil
  }

  /// `shallow <id>`; no other section has lines like this.
  private static func edge(_ packet: PktLineDecoder.Packet) -> ObjectID? {
    guard case .data(let payload) = packet, payload.starts(with: "shallow ".utf8) else { return nil }
    return ObjectID(hexDigits: Array(payload.dropFirst("shallow ".utf8.count).prefix(ObjectID.hexLength)))
  }

  private static func mark(_ state: inout State, _ packet: PktLineDecoder.Packet) throws(FetchFailure) {
    switch (state, packet) {
    case (.section, .delimiter): state = .header
    case (.shallow, .flush): state = .acknowledgment
    case (.pack, .flush): state = .done
    // An answer without a pack: the end will be noticed by `finish`.
    case (.section, .flush), (.header, .flush): state = .done
    case (.done, .responseEnd), (.done, .flush): break
    default:
      throw .malformed(GitError(.protocolViolation, "the answer to a fetch is not in git's format"))
    }
  }

  private static func sideBand(_ payload: UnsafeRawBufferPointer) throws(FetchFailure) -> UnsafeRawBufferPointer? {
    switch payload.first {
    case 1: return UnsafeRawBufferPointer(rebasing: payload.dropFirst())
    case 2, nil: return nil
    case 3: throw FetchFailure(serverMessage: payload.dropFirst())
    default: throw unexpected(payload)
    }
  }

  private static func unexpected(_ payload: UnsafeRawBufferPointer) -> FetchFailure {
    .malformed(
      GitError(
        .protocolViolation, "the answer to a fetch is not in git's format",
        cause: "unexpected line `\(String(hostile: payload))`"))
  }
}

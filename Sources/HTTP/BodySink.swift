/// Takes the body of an answer as it arrives. Both functions run on the curl thread, so a slow disk slows the
/// connection down instead of filling memory.
package struct BodySink: Sendable {
  package enum Disposition: Sendable, Equatable {
    /// The body goes to `write`.
    case deliver
    /// The body is small and not what was asked for, such as an error page: it ends in `HTTPResponse.body`.
    case collect
  }

  /// Called once, when status and headers are there. A thrown error ends the transfer before the body.
  let begin: @Sendable (HTTPResponse) throws -> Disposition
  /// A thrown error ends the transfer.
  let write: @Sendable (UnsafeRawBufferPointer) throws -> Void

  package init(
    begin: @escaping @Sendable (HTTPResponse) throws -> Disposition,
    write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) {
    self.begin = begin
    self.write = write
  }
}

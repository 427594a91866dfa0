import CCrypto

/// A running SHA-256, computed by OpenSSL with the processor's own instructions.
///
/// A class so that `deinit` frees the context. It is not thread-safe: each user keeps it on one thread at a time,
/// which `@unchecked Sendable` users state where they hold it.
package final class SHA256 {
  private let context: OpaquePointer

  package init() {
    // Fails only when memory is used up, as every Swift allocation would.
    context = EVP_MD_CTX_new()!
    restart()
  }

  deinit { EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The digest of all that was given; the hash then begins anew.
  package func finish() -> SHA256Digest {
    var bytes = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
    EVP_DigestFinal_ex(context, &bytes, nil)
    restart()
    return SHA256Digest(bytes: bytes)!
  }

  private func restart() {
    EVP_DigestInit_ex(context, Self.algorithm, nil)
  }

  /// Looked up once: since OpenSSL 3 each look-up takes locks and allocates. The value is constant afterwards.
  private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

  package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
    let hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }
}

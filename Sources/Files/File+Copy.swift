import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension File {
  /// Makes this empty file share the blocks of `source` until one of the two is written to.
  package func shareBlocks(of source: File) throws(FileError) {
    guard withExtendedLifetime(source, { lf_reflink(source.descriptor, descriptor) }) == 0 else {
      throw FileError("share the blocks of a file with", path)
    }
  }

  private static let copiedAtOnce = 128 << 10

  /// Makes this empty file a copy of `source`; inside the kernel where it can.
  package func copy(_ source: File) throws(FileError) {
    let size = try source.status().size
    // A small file is sooner read and written than the file system has made room for it.
    if size <= Self.copiedAtOnce { return try write(source.readAll(limit: Self.copiedAtOnce), at: 0) }
    try reserve(size)
    var offset: Int64 = 0
    while offset < size {
      let wanted = Int(min(size - offset, 1 << 30))
      let count = withExtendedLifetime(source) { lf_copy_range(source.descriptor, descriptor, wanted) }
      if count <= 0 { break }
      offset += Int64(count)
    }
    // Between some file systems the kernel does not copy; then the bytes take the long way.
    guard offset < size else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while offset < size {
      let count = try source.read(into: buffer, at: offset)
      guard count > 0 else { throw FileError("read", source.path, errno: EIO) }
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
      offset += Int64(count)
    }
  }
}

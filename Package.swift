// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "lfsfetch",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "LFSFetch", targets: ["LFSFetch"]),
    .executable(name: "lfsfetch", targets: ["CLI"]),
  ],
  targets: [
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "CGit2", pkgConfig: "libgit2",
      providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(name: "CSystem"),

    .target(name: "Files", dependencies: ["CSystem"]),
    .target(name: "JSON", dependencies: ["Text"]),
    .target(name: "Text"),
    .target(name: "HTTP", dependencies: ["CCurl", "Files", "Text"]),
    .target(name: "Git", dependencies: ["HTTP", "Files", "Text", "CGit2", "CCrypto"]),
    .target(
      name: "BuiltInRegistry", path: "registry", exclude: ["schema.json", "lock-schema.json"],
      resources: [.embedInCode("models.json")]),
    .target(
      name: "BuiltInHooks", path: "hooks",
      resources: ["post-checkout", "post-merge", "post-rewrite", "pre-commit", "pre-push", "post-receive"].map {
        .embedInCode($0)
      }),
    .target(
      name: "LFSFetch",
      dependencies: ["Git", "HTTP", "JSON", "Files", "Text", "CCrypto", "CSystem", "BuiltInRegistry", "BuiltInHooks"]),
    .executableTarget(name: "CLI", dependencies: ["LFSFetch", "JSON", "Text", "Files"]),

    // What the tests share: temporary folders, a handmade loopback server for faults, the real servers' addresses.
    .target(
      name: "Fixtures", dependencies: ["LFSFetch", "Git", "HTTP", "JSON", "Files", "CSystem"], path: "Tests/Fixtures"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "Fixtures"]),
    .testTarget(name: "TextTests", dependencies: ["Text"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Fixtures"]),
    .testTarget(name: "GitTests", dependencies: ["Git", "Fixtures"]),
    .testTarget(name: "LFSFetchTests", dependencies: ["LFSFetch", "Fixtures"]),
    .testTarget(name: "CLITests", dependencies: ["CLI", "Fixtures"]),
    .testTarget(name: "EndToEndTests", dependencies: ["JSON", "Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)

// For Tests/Fuzz/fuzz.sh alone: the target links only with the fuzzer's sanitizers, which no other build has.
if Context.environment["LFSFETCH_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Git", "HTTP", "JSON", "LFSFetch", "Text"], path: "Tests/Fuzz",
      exclude: ["Corpus", "fuzz.sh"]))
}

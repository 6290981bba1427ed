// swift-tools-version: 6.1
import PackageDescription

/// What later language modes will ask for.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "inwise",
    products: [
        .library(name: "Inwise", targets: ["Inwise"]),
        // Built by `make lib`, which adds what a host of C needs: static runtime, version script, soname.
        .library(name: "inwise", type: .dynamic, targets: ["InwiseABI"]),
        .executable(name: "inwise-cli", targets: ["inwise-cli"]),
    ],
    traits: [
        .default(enabledTraits: ["Async"]),
        // Off in what `make` builds: Swift's concurrency runtime brings Dispatch with it, which hangs a forked child.
        .trait(name: "Async", description: "for try await, and calls that don't block."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // include/ is the public C contract and, through its module map, what InwiseABI implements.
        .systemLibrary(name: "CInwise", path: "include"),
        // Inline functions of C, and no library.
        .systemLibrary(name: "CByteScan"),
        // These three hold no library of their own: a module map and inline shims over Debian's.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .target(name: "Inwise", dependencies: ["CByteScan", "CCurl", "CJansson", "CSQLite"], swiftSettings: strict),
        .target(name: "InwiseABI", dependencies: ["Inwise", "CInwise"], swiftSettings: strict),
        .executableTarget(
            name: "inwise-cli",
            dependencies: [
                "Inwise", "CCurl", "CMicroHTTPD",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        // The project's side of `make bench`.
        .executableTarget(
            name: "inwise-benchmark", dependencies: ["Inwise"], path: "benchmarks/swift", swiftSettings: strict),
        .testTarget(
            name: "InwiseTests", dependencies: ["Inwise", "CJansson"], swiftSettings: strict),
        // What the command line decides without I/O; the rest of Tests/cli runs the program.
        .testTarget(
            name: "InwiseCLITests", dependencies: ["inwise-cli", "Inwise"], path: "Tests/cli/units", swiftSettings: strict),
    ]
)

// swift-tools-version: 6.1
// SPDX-License-Identifier: MIT
import PackageDescription

let inwise: Target.Dependency = .product(name: "Inwise", package: "inwise")

let package = Package(
    name: "inwise-examples",
    // Your own package names the repository's URL here.
    dependencies: [.package(name: "inwise", path: "../..")],
    targets: [
        .executableTarget(name: "funnel", dependencies: [inwise]),
        .executableTarget(name: "export", dependencies: [inwise]),
        .executableTarget(name: "follow", dependencies: [inwise]),
        .executableTarget(name: "mirror", dependencies: [inwise]),
    ]
)

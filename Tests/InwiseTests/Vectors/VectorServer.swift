// SPDX-License-Identifier: MIT

import Foundation

/// `Tests/Vectors/server.py`, which serves until this process ends.
enum VectorServer {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Vectors")

    /// Its URL.
    static let base: String = {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", folder.appending(path: "server.py").path]
        process.standardInput = lifeline
        let output = Pipe()
        process.standardOutput = output
        do { try process.run() } catch { return "http://127.0.0.1:9/python3-is-missing" }
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }()

    private static let process = Process()
    /// Closes with this process, which ends the server.
    private static let lifeline = Pipe()
}

// SPDX-License-Identifier: MIT

import Glibc

/// What is measured, and what came out of it.
protocol Work: AnyObject {
    func perform() throws
    /// As JSON; not timed.
    func answer() throws -> String
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

struct Stopwatch {
    private let wall = Self.now(CLOCK_MONOTONIC)
    private let cpu = Self.now(CLOCK_PROCESS_CPUTIME_ID)

    /// Since it was made; cpu is the process's, user and system.
    var seconds: (wall: Double, cpu: Double) {
        (Self.now(CLOCK_MONOTONIC) - wall, Self.now(CLOCK_PROCESS_CPUTIME_ID) - cpu)
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// The most memory that the process ever had resident.
func peakKilobytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
}

/// A file's bytes in memory of their own.
func contents(of path: String) throws -> UnsafeRawBufferPointer {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw Failure("\(path) can't be opened.") }
    defer { close(file) }
    var status = stat()
    fstat(file, &status)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(status.st_size), alignment: 16)
    var count = 0
    while count < bytes.count {
        let more = read(file, bytes.baseAddress! + count, bytes.count - count)
        guard more > 0 else { throw Failure("\(path) can't be read.") }
        count += more
    }
    return UnsafeRawBufferPointer(bytes)
}

func pageName(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 4 - digits.utf8.count) + digits + ".json"
}

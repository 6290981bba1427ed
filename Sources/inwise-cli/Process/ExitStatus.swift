// SPDX-License-Identifier: MIT

/// What the process ends with: sysexits.h where that has a number, the shell's 128 and the signal otherwise.
enum ExitStatus: Int32 {
    case ok = 0
    /// As diff and cmp have it: it went well, and they are not the same.
    case notComplete = 1
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case store = 73
    case output = 74
    case busy = 75
    case permission = 77
    case interrupted = 130
    case readerGone = 141
    case terminated = 143
}

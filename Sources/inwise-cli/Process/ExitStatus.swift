// SPDX-License-Identifier: MIT

/// What the process ends with: sysexits.h where that has a number, the shell's 128 and the signal otherwise.
enum ExitStatus: Int32 {
    case ok = 0
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case output = 74
    case permission = 77
    case interrupted = 130
    case readerGone = 141
}

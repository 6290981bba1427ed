// SPDX-License-Identifier: MIT

internal import Glibc

/// Marks which process is inside something that a forked child inherits, so that a child which was forked in the
/// middle of a call finds it unusable rather than half changed. Used inside a gate.
struct ForkMark {
    private var inside: pid_t?

    mutating func enter(_ what: String) throws(InwiseError) {
        let here = getpid()
        if let inside, inside != here {
            throw InwiseError(.closed, "The \(what) was in use by another thread when the process forked. Open a new one in the child.")
        }
        inside = here
    }

    mutating func leave() { inside = nil }
}

// SPDX-License-Identifier: MIT

internal import Glibc

/// Runs something that may write to a connection that the peer has closed.
///
/// OpenSSL writes without MSG_NOSIGNAL, and a SIGPIPE would end a host that doesn't handle it. No handler is
/// touched: the signal is blocked on this thread, and one that was raised here is taken back.
func withoutSIGPIPE<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    var pipe = sigset_t(), before = sigset_t(), pending = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer {
        if !wasPending {
            var none = timespec()
            while sigtimedwait(&pipe, nil, &none) == -1 && errno == EINTR {}
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
}

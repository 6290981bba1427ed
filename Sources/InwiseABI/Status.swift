// SPDX-License-Identifier: MIT

public import CInwise
internal import Glibc
internal import Inwise

@_cdecl("inwise_version") @implementation
public func inwise_version() -> UnsafePointer<CChar>! { borrowed("0.1.0") }

@_cdecl("inwise_status_name") @implementation
public func inwise_status_name(_ status: inwise_status) -> UnsafePointer<CChar>! {
    switch status {
    case 0: borrowed("ok")
    case 1: borrowed("done")
    case -1: borrowed("argument")
    case -2: borrowed("auth")
    case -3: borrowed("not_found")
    case -4: borrowed("rate_limit")
    case -5: borrowed("http")
    case -6: borrowed("server")
    case -7: borrowed("network")
    case -8: borrowed("timeout")
    case -9: borrowed("cancelled")
    case -10: borrowed("protocol")
    case -11: borrowed("store")
    case -12: borrowed("closed")
    case -13: borrowed("memory")
    case -14: borrowed("internal")
    default: borrowed("unknown")
    }
}

@_cdecl("inwise_free") @implementation
public func inwise_free(_ text: UnsafeMutablePointer<CChar>!) { free(text) }

/// A static text; the compiler ends its literals with NUL.
private func borrowed(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

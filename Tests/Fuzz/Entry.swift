// SPDX-License-Identifier: MIT

/// What libFuzzer calls. One program holds all targets, and its name says which one it is: `build/fuzz/rows FILE` tries one
/// input again.
private enum Entry {
    nonisolated(unsafe) static var run: ([UInt8]) throws -> Void = RowsTarget.run
}

@_cdecl("LLVMFuzzerInitialize")
public func chooseTarget(
    _ count: UnsafePointer<CInt>, _ arguments: UnsafePointer<UnsafePointer<UnsafePointer<CChar>?>?>
) -> CInt {
    guard count.pointee > 0, let name = arguments.pointee?.pointee else { return 1 }
    let program = String(cString: name)
    if program.hasSuffix("funnel") { Entry.run = FunnelTarget.run }
    if program.hasSuffix("webhook") { Entry.run = WebhookTarget.run }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func tryInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    do {
        try Entry.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}

// SPDX-License-Identifier: MIT

internal import CInwise
internal import Glibc
internal import Inwise

/// A C out-parameter for text.
typealias TextOut = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

/// Runs a call: its text, or its error as JSON, goes to `output`; the status is what the C function returns.
func perform(_ output: TextOut, _ body: () throws(InwiseError) -> inwise_status) -> inwise_status {
    output?.pointee = nil
    do {
        return try body()
    } catch {
        output?.pointee = owned(error.json.text)
        return error.code.rawValue
    }
}

/// Hands a text over to the host; not made if the host doesn't want it.
func give(_ output: TextOut, _ text: @autoclosure () -> String) throws(InwiseError) {
    guard let output else { return }
    guard let copy = owned(text()) else { throw InwiseError.noMemory }
    output.pointee = copy
}

/// Hands a buffer over to the host, without a copy.
func give(_ output: TextOut, _ buffer: ByteBuffer) throws(InwiseError) {
    guard let output else { return }
    output.pointee = try buffer.detach()
}

/// A copy that `free` frees; nil when memory is out.
private func owned(_ text: String) -> UnsafeMutablePointer<CChar>? {
    text.withCString { strdup($0) }
}

/// A C text that must be there and be UTF-8.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(InwiseError) -> String {
    guard let pointer else { throw .argument(name, "\"\(name)\" must not be NULL.") }
    guard let text = String(validatingCString: pointer) else { throw .argument(name, "\"\(name)\" is not valid UTF-8.") }
    return text
}

extension HandleTable {
    func require(_ handle: OpaquePointer?, _ what: String) throws(InwiseError) -> Object {
        guard let object = find(handle) else { throw .closedHandle(what) }
        return object
    }

    /// Makes an object and hands its handle to the host.
    func open(
        _ handle: UnsafeMutablePointer<OpaquePointer?>?, _ name: String, _ make: () throws(InwiseError) -> Object
    ) throws(InwiseError) -> inwise_status {
        guard let handle else { throw .argument(name, "\"\(name)\" must point to where the handle is to be put, not be NULL.") }
        handle.pointee = nil
        guard let number = insert(try make()) else { throw InwiseError.noMemory }
        handle.pointee = number
        return INWISE_OK
    }
}

let INWISE_OK: inwise_status = 0
let INWISE_DONE: inwise_status = 1

// SPDX-License-Identifier: MIT

public import CInwise
internal import Inwise

@_cdecl("inwise_webhook_parse") @implementation
public func inwise_webhook_parse(
    _ body: UnsafePointer<CChar>!, _ length: Int, _ options: UnsafePointer<CChar>!, _ event: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(event) { () throws(InwiseError) in
        let body = try bytes(body, length, "body")
        try give(event, options == nil ? Webhook(body).text : Webhook(body, WebhookOptions(parsing: options)).text)
        return INWISE_OK
    }
}

@_cdecl("inwise_webhook_ingest") @implementation
public func inwise_webhook_ingest(
    _ mirror: OpaquePointer!, _ body: UnsafePointer<CChar>!, _ length: Int, _ options: UnsafePointer<CChar>!,
    _ event: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(event) { () throws(InwiseError) in
        let mirror = try Handles.clients.require(mirror, "mirror")
        try give(event, try mirror.ingest(bytes(body, length, "body"), WebhookOptions(parsing: options)))
        return INWISE_OK
    }
}

/// Bytes that a host gives with their length.
func bytes(_ start: UnsafePointer<CChar>?, _ length: Int, _ name: String) throws(InwiseError) -> UnsafeRawBufferPointer {
    guard start != nil || length == 0, length >= 0 else {
        throw .argument(name, "\"\(name)\" must not be NULL, and its length not beyond what a process can hold.")
    }
    return UnsafeRawBufferPointer(start: start, count: length)
}

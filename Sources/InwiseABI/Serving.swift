// SPDX-License-Identifier: MIT

public import CInwise
internal import Inwise

@_cdecl("inwise_handle") @implementation
public func inwise_handle(
    _ client: OpaquePointer!, _ http_method: UnsafePointer<CChar>!, _ path_and_query: UnsafePointer<CChar>!,
    _ headers: UnsafePointer<CChar>!, _ http_status: UnsafeMutablePointer<Int32>!,
    _ body: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    http_status?.pointee = 0
    return perform(body) { () throws(InwiseError) in
        let client = try Handles.clients.require(client, "client")
        var request = RESTRequest(
            httpMethod: try text(http_method, "http_method"), pathAndQuery: try text(path_and_query, "path_and_query"),
            headers: [])
        for (name, value) in try JSON.object(parsing: headers, as: "headers") {
            guard case .string(let value) = value else {
                throw .argument("headers", "The value of \"\(name.prefix(40))\" in the headers must be a string.")
            }
            request.headers.append((name, value))
        }
        let answer = try client.handle(request)
        http_status?.pointee = Int32(clamping: answer.status)
        if answer.status != 0 { try give(body, answer.body) }
        return INWISE_OK
    }
}

// SPDX-License-Identifier: MIT

public import CInwise
internal import Inwise

@_cdecl("inwise_cursor_open") @implementation
public func inwise_cursor_open(
    _ client: OpaquePointer!, _ method: UnsafePointer<CChar>!, _ query: UnsafePointer<CChar>!,
    _ cursor: UnsafeMutablePointer<OpaquePointer?>!, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    cursor?.pointee = nil
    return perform(error) { () throws(InwiseError) in
        let client = try Handles.clients.require(client, "client")
        let name = try text(method, "method")
        if name == EventQuery.method {
            return try Handles.cursors.open(cursor, "cursor") { () throws(InwiseError) in try client.webhookEvents(EventQuery(parsing: query)) }
        }
        guard let method = Inwise.Method(rawValue: name), method.isPaged else {
            throw .argument("method", "\"method\" must be \"sentEmails\", \"undelivered\" or \"activities\", of a mirror also \"\(EventQuery.method)\", not \"\(name.prefix(40))\".")
        }
        return try Handles.cursors.open(cursor, "cursor") { () throws(InwiseError) in
            do throws(InwiseError) {
                return try client.cursor(method, Query(parsing: query, for: method, cursor: true))
            } catch {
                throw error.naming(method)
            }
        }
    }
}

@_cdecl("inwise_cursor_next") @implementation
public func inwise_cursor_next(
    _ cursor: OpaquePointer!, _ rows: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(rows) { () throws(InwiseError) in
        guard let next = try Handles.cursors.require(cursor, "cursor").nextRows() else { return INWISE_DONE }
        try give(rows, next)
        return INWISE_OK
    }
}

@_cdecl("inwise_cursor_info") @implementation
public func inwise_cursor_info(
    _ cursor: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(json) { () throws(InwiseError) in
        let info = try Handles.cursors.require(cursor, "cursor").info()
        try give(json, info.json.text)
        return INWISE_OK
    }
}

@_cdecl("inwise_cursor_close") @implementation
public func inwise_cursor_close(_ cursor: OpaquePointer!) -> inwise_status {
    perform(nil) { () throws(InwiseError) in
        guard let cursor = Handles.cursors.remove(cursor) else { throw .closedHandle("cursor") }
        cursor.close()
        return INWISE_OK
    }
}

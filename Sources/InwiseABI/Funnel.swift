// SPDX-License-Identifier: MIT

public import CInwise
internal import Glibc
internal import Inwise

@_cdecl("inwise_funnel_create") @implementation
public func inwise_funnel_create(
    _ options: UnsafePointer<CChar>!, _ funnel: UnsafeMutablePointer<OpaquePointer?>!,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    Rehearsal.once()
    return createFunnel(options, funnel, error)
}

func createFunnel(
    _ options: UnsafePointer<CChar>?, _ funnel: UnsafeMutablePointer<OpaquePointer?>?, _ error: TextOut
) -> inwise_status {
    funnel?.pointee = nil
    return perform(error) { () throws(InwiseError) in
        try OptionReader(JSON.object(parsing: options, as: "options"), as: "options").finish()
        return try Handles.funnels.open(funnel, "funnel") { () throws(InwiseError) in InwiseFunnel() }
    }
}

@_cdecl("inwise_funnel_add") @implementation
public func inwise_funnel_add(
    _ funnel: OpaquePointer!, _ kind: UnsafePointer<CChar>!, _ rows: UnsafePointer<CChar>!, _ length: Int,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(error) { () throws(InwiseError) in
        let funnel = try Handles.funnels.require(funnel, "funnel")
        let name = try text(kind, "kind")
        guard let kind = RowKind(rawValue: name) else {
            throw .argument("kind", "\"kind\" must be \"sentEmails\", \"undelivered\" or \"activities\", not \"\(name.prefix(40))\".")
        }
        guard let rows else { throw .argument("rows", "\"rows\" must not be NULL.") }
        try funnel.add(kind, try bytes(rows, length, "rows"))
        return INWISE_OK
    }
}

@_cdecl("inwise_funnel_merge") @implementation
public func inwise_funnel_merge(_ into: OpaquePointer!, _ from: OpaquePointer!) -> inwise_status {
    perform(nil) { () throws(InwiseError) in
        let from = try Handles.funnels.require(from, "funnel")
        try Handles.funnels.require(into, "funnel").merge(from)
        return INWISE_OK
    }
}

@_cdecl("inwise_funnel_save") @implementation
public func inwise_funnel_save(
    _ funnel: OpaquePointer!, _ bytes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>!, _ length: UnsafeMutablePointer<Int>!
) -> inwise_status {
    bytes?.pointee = nil
    length?.pointee = 0
    return perform(nil) { () throws(InwiseError) in
        let funnel = try Handles.funnels.require(funnel, "funnel")
        guard let bytes, let length else { throw .argument("bytes", "\"bytes\" and \"length\" must not be NULL.") }
        (bytes.pointee, length.pointee) = try funnel.saved().detachBytes()
        return INWISE_OK
    }
}

@_cdecl("inwise_free_bytes") @implementation
public func inwise_free_bytes(_ bytes: UnsafeMutablePointer<UInt8>!) { free(bytes) }

@_cdecl("inwise_funnel_load") @implementation
public func inwise_funnel_load(
    _ bytes: UnsafePointer<UInt8>!, _ length: Int, _ funnel: UnsafeMutablePointer<OpaquePointer?>!,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    Rehearsal.once()
    return loadFunnel(bytes, length, funnel, error)
}

func loadFunnel(
    _ bytes: UnsafePointer<UInt8>?, _ length: Int, _ funnel: UnsafeMutablePointer<OpaquePointer?>?, _ error: TextOut
) -> inwise_status {
    funnel?.pointee = nil
    return perform(error) { () throws(InwiseError) in
        guard let bytes, length >= 0 else { throw .argument("bytes", "\"bytes\" must not be NULL, and their length not beyond what a process can hold.") }
        return try Handles.funnels.open(funnel, "funnel") { () throws(InwiseError) in
            try InwiseFunnel(loading: UnsafeRawBufferPointer(start: bytes, count: length))
        }
    }
}

@_cdecl("inwise_funnel_summary") @implementation
public func inwise_funnel_summary(
    _ funnel: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(json) { () throws(InwiseError) in
        let funnel = try Handles.funnels.require(funnel, "funnel")
        let summary = try funnel.summaryJSON(FunnelQuery(parsing: query)).text
        try give(json, summary)
        return INWISE_OK
    }
}

@_cdecl("inwise_funnel_close") @implementation
public func inwise_funnel_close(_ funnel: OpaquePointer!) -> inwise_status {
    perform(nil) { () throws(InwiseError) in
        guard Handles.funnels.remove(funnel) != nil else { throw .closedHandle("funnel") }
        return INWISE_OK
    }
}

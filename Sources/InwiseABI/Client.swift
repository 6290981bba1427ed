// SPDX-License-Identifier: MIT

public import CInwise
internal import Inwise

@_cdecl("inwise_open") @implementation
public func inwise_open(
    _ url: UnsafePointer<CChar>!, _ options: UnsafePointer<CChar>!, _ client: UnsafeMutablePointer<OpaquePointer?>!,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    Rehearsal.once()
    return openClient(url, options, client, error)
}

func openClient(
    _ url: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ client: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: TextOut
) -> inwise_status {
    client?.pointee = nil
    return perform(error) { () throws(InwiseError) in
        try Handles.clients.open(client, "client") { () throws(InwiseError) in
            try InwiseClient(text(url, "url"), options: JSON.object(parsing: options, as: "options"))
        }
    }
}

@_cdecl("inwise_close") @implementation
public func inwise_close(_ client: OpaquePointer!) -> inwise_status {
    perform(nil) { () throws(InwiseError) in
        guard let client = Handles.clients.remove(client) else { throw .closedHandle("client") }
        client.close()
        return INWISE_OK
    }
}

@_cdecl("inwise_cancel") @implementation
public func inwise_cancel(_ client: OpaquePointer!) -> inwise_status {
    perform(nil) { () throws(InwiseError) in
        try Handles.clients.require(client, "client").cancel()
        return INWISE_OK
    }
}

@_cdecl("inwise_set_log") @implementation
public func inwise_set_log(
    _ client: OpaquePointer!, _ level: inwise_log_level, _ log: inwise_log_fn!, _ context: UnsafeMutableRawPointer!
) -> inwise_status {
    perform(nil) { () throws(InwiseError) in
        let client = try Handles.clients.require(client, "client")
        guard (0...4).contains(level) else {
            throw .argument("level", "\"level\" must be one of INWISE_LOG_OFF to INWISE_LOG_DEBUG, 0 to 4, not \(level).")
        }
        guard let log, let threshold = LogLevel(rawValue: level) else {
            try client.setLog(.error, nil)
            return INWISE_OK
        }
        let sink = LogSink(log: log, context: context)
        try client.setLog(threshold) { level, line in sink.write(level, line) }
        return INWISE_OK
    }
}

/// The host's function and what it wants handed through. The host sees to it that both may be used on any thread.
private struct LogSink: @unchecked Sendable {
    let log: inwise_log_fn
    let context: UnsafeMutableRawPointer?

    func write(_ level: LogLevel, _ line: String) {
        line.withCString { log(level.rawValue, $0, context) }
    }
}

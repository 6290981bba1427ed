// SPDX-License-Identifier: MIT

public import CInwise
internal import Inwise

@_cdecl("inwise_sync") @implementation
public func inwise_sync(
    _ from: OpaquePointer!, _ into: OpaquePointer!, _ options: UnsafePointer<CChar>!, _ progress: inwise_progress_fn!,
    _ context: UnsafeMutableRawPointer!, _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(report) { () throws(InwiseError) in
        let source = try Handles.clients.require(from, "source")
        let mirror = try Handles.clients.require(into, "mirror")
        let options = try SyncOptions(parsing: options)
        let result = try source.sync(into: mirror, options, progress: progress.map { function in
            { state in state.json.text.withCString { function($0, context) } == 0 }
        })
        try give(report, result.json.text)
        return INWISE_OK
    }
}

@_cdecl("inwise_acknowledge") @implementation
public func inwise_acknowledge(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status {
    perform(error) { () throws(InwiseError) in
        let client = try Handles.clients.require(client, "client")
        let (method, consumer, through) = try Acknowledgement.parse(query)
        try client.acknowledge(method, consumer: consumer, through: through)
        return INWISE_OK
    }
}

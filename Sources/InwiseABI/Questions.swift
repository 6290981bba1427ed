// SPDX-License-Identifier: MIT

public import CInwise
internal import Inwise

/// One page, or the summary.
private func ask(_ client: OpaquePointer?, _ method: Inwise.Method, _ query: UnsafePointer<CChar>?, _ json: TextOut) -> inwise_status {
    perform(json) { () throws(InwiseError) in
        let client = try Handles.clients.require(client, "client")
        let answer: ByteBuffer
        do throws(InwiseError) {
            answer = try client.answer(method, Query(parsing: query, for: method))
        } catch {
            throw error.naming(method)
        }
        try give(json, answer)
        return INWISE_OK
    }
}

@_cdecl("inwise_sent_emails") @implementation
public func inwise_sent_emails(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .sentEmails, query, json) }

@_cdecl("inwise_undelivered") @implementation
public func inwise_undelivered(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .undelivered, query, json) }

@_cdecl("inwise_activities") @implementation
public func inwise_activities(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .activities, query, json) }

@_cdecl("inwise_activities_summary") @implementation
public func inwise_activities_summary(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .activitiesSummary, query, json) }

@_cdecl("inwise_recent_activities") @implementation
public func inwise_recent_activities(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .recentActivities, query, json) }

@_cdecl("inwise_recent_sent_emails") @implementation
public func inwise_recent_sent_emails(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .recentSentEmails, query, json) }

@_cdecl("inwise_recent_undelivered") @implementation
public func inwise_recent_undelivered(
    _ client: OpaquePointer!, _ query: UnsafePointer<CChar>!, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> inwise_status { ask(client, .recentUndelivered, query, json) }

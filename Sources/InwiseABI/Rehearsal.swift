// SPDX-License-Identifier: MIT

internal import CInwise
internal import Inwise

/// Goes once through every C function, before a second thread can be inside one: see `WarmUp`, which does the same below.
enum Rehearsal {
    static func once() { _ = isDone }

    private static let isDone: Bool = {
        var client: OpaquePointer?, cursor: OpaquePointer?, funnel: OpaquePointer?
        var text: UnsafeMutablePointer<CChar>?
        func done(_ status: inwise_status) {
            inwise_free(text)
            text = nil
        }
        done(openClient("sandbox:?campaigns=1&contacts=3&days=2&now=2024-09-20T12:00:00", "{\"api_key\":\"a\"}", &client, &text))
        done(createFunnel("{}", &funnel, &text))
        for ask in [
            inwise_sent_emails, inwise_undelivered, inwise_activities, inwise_activities_summary, inwise_recent_activities,
            inwise_recent_sent_emails, inwise_recent_undelivered,
        ] {
            done(ask(client, "{\"campaign_id\":1}", &text))
            done(ask(client, nil, &text))
            done(ask(nil, nil, &text))
        }
        for method in ["activities", "nothing"] {
            done(inwise_cursor_open(client, method, "{\"date_from\":\"2024-01-01\"}", &cursor, &text))
            done(inwise_cursor_next(cursor, &text))
            done(inwise_cursor_next(cursor, &text))
            done(inwise_cursor_info(cursor, &text))
            done(inwise_funnel_add(funnel, method, "[{\"id\":1}]", 10, &text))
            done(inwise_cursor_close(cursor))
        }
        done(inwise_funnel_merge(funnel, funnel))
        done(inwise_funnel_summary(funnel, "{\"campaign_id\":1}", &text))
        for group in ["campaign", "day", "hour", "sending_source", "domain"] {
            done(inwise_funnel_summary(funnel, "{\"group_by\":\"\(group)\",\"date_from\":\"2024-01-01\"}", &text))
        }
        var bytes: UnsafeMutablePointer<UInt8>?
        var length = 0
        done(inwise_funnel_save(funnel, &bytes, &length))
        for count in [length, 0] {
            var copy: OpaquePointer?
            done(loadFunnel(bytes, count, &copy, &text))
            done(inwise_funnel_close(copy))
        }
        inwise_free_bytes(bytes)
        done(inwise_funnel_close(funnel))
        // What a sync does is gone through by `WarmUp`; a mirror would need a file.
        for source in [client, nil] { done(inwise_sync(source, client, "{\"audit\":\"none\"}", { _, _ in 0 }, nil, &text)) }
        done(inwise_acknowledge(client, "{\"consumer\":\"a\",\"method\":\"recentActivities\",\"through\":1}", &text))
        for body in ["trigger_type=emailSent&campaign_id=1&contact%5Bid%5D=1&timeStamp=2024-09-20+12:00:00", "a=1"] {
            done(inwise_webhook_parse(body, body.utf8.count, nil, &text))
            done(inwise_webhook_ingest(client, body, body.utf8.count, "{\"remote_address\":\"::1\",\"allow\":[\"::/0\"]}", &text))
        }
        done(inwise_cursor_open(client, "webhookEvents", nil, &cursor, &text))
        var httpStatus: Int32 = 0
        done(inwise_handle(client, "GET", "/campaigns/email/activities", "{\"X-API-Key\":\"a\"}", &httpStatus, &text))
        done(inwise_set_log(client, 4, { _, _, _ in }, nil))
        done(inwise_activities(client, nil, &text))
        done(inwise_cancel(client))
        done(inwise_close(client))
        done(inwise_close(client))
        return true
    }()
}

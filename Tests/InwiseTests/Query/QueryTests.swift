// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Questions") struct QueryTests {
    @Test(
        "take days that exist",
        arguments: [
            ("2024-02-29", true), ("2000-02-29", true), ("2024-09-20 23:59:59", true), ("0001-01-01", true),
            ("2023-02-29", false), ("1900-02-29", false), ("2024-13-01", false), ("2024-00-10", false), ("2024-04-31", false),
            ("2024-01-00", false), ("2024-1-1", false), ("2024-01-01T00:00:00", false), ("2024-01-01 24:00:00", false),
            ("2024-01-01 00:60:00", false), ("2024-01-01 00:00:60", false), ("٢٠٢٤-٠١-٠١", false), ("", false), ("today", false),
        ])
    func dates(text: String, exists: Bool) {
        #expect((DateText(text) != nil) == exists)
    }

    @Test("take keys that suit the method, and refuse others by name")
    func keys() throws {
        let paged = ["campaign_id", "contact_id", "external_id", "date_from", "date_to", "page_index", "page_size", "params"]
        let allowed: [Inwise.Method: [String]] = [
            .sentEmails: paged, .undelivered: paged, .activities: paged + ["action_type"],
            .activitiesSummary: ["campaign_id", "params"], .recentActivities: ["params", "consumer"],
            .recentSentEmails: ["params", "consumer"], .recentUndelivered: ["params", "consumer"],
        ]
        let values = [
            "campaign_id": "1", "contact_id": "-2", "external_id": "\"a\"", "date_from": "\"2024-01-01\"", "date_to": "\"2024-01-02\"",
            "page_index": "0", "page_size": "1000", "params": "{\"a\":1}", "action_type": "\"x\"", "consumer": "\"crm\"",
        ]
        for method in Inwise.Method.allCases {
            for (key, value) in values {
                let text = method == .activitiesSummary && key != "campaign_id" ? "{\"campaign_id\":1,\"\(key)\":\(value)}" : "{\"\(key)\":\(value)}"
                let isAllowed = allowed[method]?.contains(key) == true
                do throws(InwiseError) {
                    _ = try Query(parsing: text, for: method)
                    #expect(isAllowed, "\(method.rawValue) took \(key)")
                } catch {
                    #expect(!isAllowed, "\(method.rawValue) refused \(key): \(error.message)")
                    #expect(error.code == .argument && error.parameter == key)
                }
            }
        }
    }

    @Test("become a URL with everything percent-encoded that is not unreserved")
    func url() throws {
        var reader = OptionReader([("parameter_names", .object([("page_size", .string("rows & more"))]))], as: "options")
        let options = try RemoteOptions(base: "https://example.com/rest/v1/", &reader)
        let query = try Query(parsing: "{\"action_type\":\"a b&c=d/é\",\"params\":{\"x[]\":\"1+1\",\"n\":2.5,\"t\":true}}", for: .activities)
        let request = try RemoteRequest(.activities, query, page: 3, pageSize: 50, options)
        #expect(
            request.url
                == "https://example.com/rest/v1/campaigns/email/activities?action_type=a%20b%26c%3Dd%2F%C3%A9&page_index=3&rows%20%26%20more=50&x%5B%5D=1%2B1&n=2.5&t=true"
        )
    }

    @Test(
        "go over plain http to this machine only",
        arguments: [
            ("http://127.0.0.1:80/x", true), ("http://localhost", true), ("http://[::1]:8080", true), ("http://127.255.0.1", true),
            ("http://127.0.0.1.example.com", false), ("http://example.com", false), ("http://10.0.0.1", false), ("http://localhost.example.com", false),
            ("https://example.com", true),
        ])
    func plainHTTP(url: String, isAllowed: Bool) {
        var reader = OptionReader([], as: "options")
        #expect(((try? RemoteOptions(base: url, &reader)) != nil) == isAllowed)
    }
}

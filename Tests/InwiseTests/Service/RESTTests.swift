// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Over REST the service") struct RESTTests {
    static let account = "seed=7&contacts=600&\(SandboxDoor.noon)"
    static let folder = "/campaigns/email/"

    @Test("answers each method with the bytes of a direct call", arguments: Inwise.Method.allCases)
    func sameBytes(method: Inwise.Method) throws {
        let direct = try SandboxDoor(Self.account), served = try SandboxDoor(Self.account)
        let query = method == .activitiesSummary ? Query(campaignID: 1_958_368) : Query()
        let answer = try served.get(Self.folder + method.rawValue + "?campaign_id=1958368&page_size=100")
        let paged = method.isPaged ? Query(campaignID: 1_958_368, pageSize: 100) : query
        #expect(answer.status == 200)
        #expect(answer.body.text == (try direct.text(method, paged)))
    }

    @Test("is found behind any prefix", arguments: [
        "/rest/v1/campaigns/email/activities", "/campaigns/email/activities", "/a/b/c/campaigns/email/activities",
        "http://localhost/rest/v1/campaigns/email/activities?x=1", "/campaigns/email/campaigns/email/activities", "/%63ampaigns/email/activities",
        "/campaigns/email/recentActivity", "/campaigns/email/recentActivities", "/campaigns/email/activities?", "/campaigns/email/activities?&&",
    ])
    func prefixes(path: String) throws {
        #expect(try SandboxDoor(Self.account).get(path).status == 200)
    }

    @Test("refuses with a status and says why", arguments: [
        ("activities", "POST", 405), ("activities", "get", 405), ("activities", "HEAD", 405), ("activities", "", 405),
        ("nothing", "GET", 404), ("", "GET", 404), ("activities/", "GET", 404), ("Activities", "GET", 404), ("../activities", "GET", 404),
        ("%ff", "GET", 404), ("%zz", "GET", 404), ("activities%00", "GET", 404), ("nothing", "POST", 404),
        ("activities?page_size=0", "GET", 400), ("activities?page_size=-1", "GET", 400), ("activities?page_size=ten", "GET", 400),
        ("activities?page_size=", "GET", 400), ("activities?page_size=1.5", "GET", 400), ("activities?page_size=-99999999999999999999", "GET", 400),
        ("activities?page_size=--99999999999999999999", "GET", 400), ("activities?page_index=-1", "GET", 400), ("activities?page_index=x", "GET", 400),
        ("activities?campaign_id=x", "GET", 400), ("activities?campaign_id=9223372036854775808", "GET", 400), ("activities?contact_id=", "GET", 400),
        ("activities?date_from=2024-02-30", "GET", 400), ("activities?date_from=yesterday", "GET", 400), ("activities?date_to=", "GET", 400),
        ("activities?date_from=2024-09-02&date_to=2024-09-01", "GET", 400), ("activities?action_type=", "GET", 400), ("activities?external_id=", "GET", 400),
        ("activitiesSummary", "GET", 400), ("activitiesSummary?campaign_id=", "GET", 400), ("activities?campaign_id=%ff", "GET", 400),
        ("activities?campaign_id=%", "GET", 400), ("activities?external_id=a%00b", "GET", 400), ("activities?%ff=1", "GET", 400),
    ])
    func refusals(question: String, httpMethod: String, status: Int) throws {
        let answer = try SandboxDoor(Self.account).get(Self.folder + question, httpMethod)
        #expect(answer.status == status)
        let body = try Row.object(of: answer.body.text)
        #expect(body.names == ["error", "message"] && body.text("message")?.isEmpty == false)
        let allowed = answer.headers.first { $0.name == "Allow" }?.value
        #expect(allowed == (status == 405 ? "GET" : nil))
    }

    @Test("overlooks what it doesn't know and what doesn't suit the method", arguments: [
        "activities?color=red&page_size=3", "undelivered?action_type=&page_size=3", "recentActivities?page_size=0&campaign_id=x",
        "activitiesSummary?campaign_id=1958368&page_size=0&date_from=never", "activities?page_size=0&page_size=3",
    ])
    func unknownParameters(question: String) throws {
        #expect(try SandboxDoor(Self.account).get(Self.folder + question).status == 200)
    }

    @Test("gives 1,000 rows to who asks for more", arguments: ["1000", "1001", "5000", "9223372036854775807", "99999999999999999999999"])
    func clamping(size: String) throws {
        let door = try SandboxDoor("seed=7&\(SandboxDoor.noon)")
        #expect(try door.got("sentEmails?date_from=2000-01-01&page_size=\(size)").count == 1000)
    }

    @Test("has no rows beyond its last page", arguments: ["1000", "9223372036854775807", "99999999999999999999999"])
    func beyondTheEnd(page: String) throws {
        #expect(try SandboxDoor(Self.account).got("sentEmails?date_from=2000-01-01&page_size=1000&page_index=\(page)").isEmpty)
    }

    @Test("counts pages from the base it was opened with")
    func pageBase() throws {
        let zero = try SandboxDoor(Self.account), one = try SandboxDoor(Self.account + "&page_base=1")
        let question = "activities?date_from=2000-01-01&page_size=10&page_index="
        for page in 0..<3 {
            #expect(try one.got(question + "\(page + 1)") == zero.got(question + "\(page)"))
            let query = Query(dateFrom: "2000-01-01", pageIndex: page, pageSize: 10)
            #expect(try one.rows(.activities, query) == zero.got(question + "\(page)"), "a direct call counts from 0")
        }
        #expect(try one.get(Self.folder + question + "0").status == 400)
        #expect(try one.got("activities?date_from=2000-01-01&page_size=10") == one.got(question + "1"))
    }

    @Test("writes ids as strings if it was opened so, and only ids", arguments: ["sentEmails", "undelivered", "activities", "recentSentEmails"])
    func stringIDs(method: String) throws {
        let numbers = try SandboxDoor(Self.account).got(method), strings = try SandboxDoor(Self.account + "&ids=string").got(method)
        #expect(numbers.count == strings.count && !numbers.isEmpty)
        for (number, string) in zip(numbers, strings) {
            #expect(number.names == string.names)
            for name in number.names {
                if ["id", "row_index", "contact_id", "campaign_id"].contains(name) {
                    #expect(string.text(name) == number.integer(name).map(String.init))
                } else {
                    #expect(string.text(name) == number.text(name) && string.integer(name) == number.integer(name))
                }
            }
        }
    }

    @Test("asks for the key that it was opened with, before anything else", arguments: [
        (nil, "activities", 401), ("wrong", "activities", 401), ("", "nothing", 401), ("right ", "activities", 401), ("right", "activities", 200),
        ("right", "nothing", 404),
    ] as [(String?, String, Int)])
    func keys(key: String?, method: String, status: Int) throws {
        let door = try SandboxDoor(Self.account, options: [("api_key", .string("right"))])
        let answer = try door.get(Self.folder + method, key: key)
        #expect(answer.status == status)
        if status == 401 {
            #expect(try Row.object(of: answer.body.text).text("message") == "you are not authorized to use rest API")
        }
        #expect(try door.rows(.activities).count == 100, "a direct call needs no key")
    }

    @Test("answers 10,000 hostile requests with JSON", arguments: [1, 2, 3, 4])
    func hostileRequests(seed: UInt64) throws {
        let door = try SandboxDoor("seed=7&contacts=20&\(SandboxDoor.noon)")
        var random = SplitMix64(seed: seed, .details)
        for _ in 0..<2500 {
            let target = HostileRequest.target(&random)
            let method = random.below(20) == 0 ? HostileRequest.text(&random) : "GET"
            let answer = try door.get(target, method)
            let text = answer.body.text
            #expect([200, 400, 404, 405].contains(answer.status) && isJSON(text), "\(method) \(target): \(answer.status) \(text.prefix(200))")
        }
        #expect(try door.rows(.activities, SandboxDoor.ever).isEmpty == false)
    }

    private func isJSON(_ text: String) -> Bool {
        (try? JSON.object(parsing: "{\"answer\":\(text)}", as: "answer")) != nil
    }
}

/// Requests that a service should never get.
private enum HostileRequest {
    static let pieces = [
        "/", "?", "&", "=", "%", "%00", "%ff", "%zz", "%D7%A9", "%2", "+", "#", ";", "'", "\"", "\\", "\0", "\u{202e}", "ש", "\u{301}", "é", "\r\n", "..",
        "/campaigns/email/", "activities", "sentEmails", "undelivered", "activitiesSummary", "recentActivity", "recentSentEmails",
        "campaign_id", "contact_id", "external_id", "date_from", "date_to", "action_type", "page_index", "page_size",
        "0", "1", "-1", "1958368", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e9", "0x10", "99999999999999999999999999",
        "2024-09-20", "2024-02-30", "0000-00-00", "9999-12-31 23:59:59", "2024-09-20+12:00:00", "emailOpened", "' OR 1=1 --", "null", "[]", "{}",
    ]
    static let keys = ["campaign_id", "contact_id", "external_id", "date_from", "date_to", "action_type", "page_index", "page_size"]

    static func text(_ random: inout SplitMix64) -> String {
        (0..<random.below(5)).map { _ in pieces[random.below(pieces.count)] }.joined()
    }

    static func target(_ random: inout SplitMix64) -> String {
        guard random.below(4) > 0 else { return text(&random) + text(&random) }
        let method = Inwise.Method.allCases[random.below(7)].rawValue
        let query = (0..<random.below(5)).map { _ in
            "\(random.below(5) > 0 ? keys[random.below(keys.count)] : text(&random))=\(text(&random))"
        }
        return "/campaigns/email/\(method)?" + query.joined(separator: "&")
    }
}

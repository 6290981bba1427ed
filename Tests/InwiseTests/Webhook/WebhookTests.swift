// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("A webhook's body") struct WebhookTests {
    private func webhook(_ body: String) throws -> Webhook { try Array(body.utf8).withUnsafeBytes { try Webhook($0) } }

    // MARK: Any body

    private static let names = [
        "timeStamp", "Timestamp", "TIMESTAMP", "trigger_type", "Trigger_Type", "trigger_description", "channel_type", "account_code", "campaign_id", "Campaign_id", "group_id",
        "contact[id]", "Contact[ID]", "contact[email]", "contact[mobile_number]", "contact[external_id]", "contact[field1]", "contact[a][b]", "contact[a][]", "contact", "ip",
        "remarks", "additional_details", "replyContent", "bounce_type", "reason", "survey_field", "custom_data", "other", "row", "kind", "channel", "event_id", "a", "a[b]", "a[b][c]",
        "a[]", "a[b][]", "b", "%61", "", "[", "x]", "a[", "é", "%C3%A9",
    ]
    private static let values = [
        "", "1", "0", "-5", "01", "1646090", "9223372036854775807", "9223372036854775808", "emailSent", "EMAILCLICKED", "undelivered", "onSite", "emailFoo", "email", "Email", "sms",
        "2022-02-10+15%3a58%3a01", "12/19/2021 13:48:29", "2/1/2022 3:58:01 PM", "12/19/2021", "2/30/2022", "%7B%22a%22%3A1%7D", "[1,{\"b\":null}]", "{\"a\":",
        "[{\"Key\":\"externalId\",\"Value\":\"66\"}]", "[{\"Value\":7,\"key\":\"EXTERNAL_ID\"},1]", "a+b%2Bc", "100%", "%zz", "%4", "%22%5C%01%0a", "שלום", "%F0%9F%98%80",
        "https%3A%2F%2Fexample.com%2F%3Fa%3D1%26b", "a=b=c",
    ]

    /// A body of fields as they come, with a type mostly; here and there bytes that are none of UTF-8, or NUL.
    private static func body(_ random: inout FixedSeed) -> [UInt8] {
        var fields = (0..<Int.random(in: 0...14, using: &random)).map { _ in random.pick(names) + (random.once(in: 12) ? "" : "=") + random.pick(values) }
        if !random.once(in: 6) { fields.insert("trigger_type=\(random.pick(["emailSent", "emailOpened", "undelivered", "smsSent", "onSite"]))", at: 0) }
        if random.once(in: 2) { fields += ["campaign_id=5", "contact[id]=7", "timeStamp=2022-02-10 15:58:01"] }
        var bytes = Array(fields.joined(separator: random.once(in: 20) ? "&&" : "&").utf8)
        if random.once(in: 6), !bytes.isEmpty { bytes[Int.random(in: bytes.indices, using: &random)] = random.pick([0, 0xFF, 0xC3, 0x25, 0x26, 0x3D, 0x5B, 0x5D, 0x2B]) }
        return bytes
    }

    @Test("becomes the event that a slow model of the header makes of it", arguments: 0..<8)
    func model(_ seed: UInt64) throws {
        var random = FixedSeed(seed)
        for _ in 0..<400 { try WebhookJudge.judge(Self.body(&random)) }
    }

    @Test("is read the same wherever in memory and at whatever length it lies")
    func places() throws {
        // What is read many bytes at a time may err at a border: each length of what precedes a special character.
        for special in ["%41", "+", "&b=1", "=", "%", "%4", "\"", "\\", "\n", "é", "%C3%A9", "[b]=1", "%00", "%C3"] {
            for length in 0..<140 {
                try WebhookJudge.judge(Array("trigger_type=onSite&a=\(String(repeating: "x", count: length))\(special)".utf8))
                try WebhookJudge.judge(Array("trigger_type=onSite&\(String(repeating: "n", count: length))\(special)yyy".utf8))
            }
        }
    }

    @Test("knows its names and types in whatever capitals, and no character that is one only by its bits")
    func capitals() throws {
        // Of [ { is what a small letter is of its capital, and of _ DEL.
        let names = Self.names.filter { !$0.isEmpty && !$0.contains("%") }.map { Array($0.utf8) }
        let types = ["emailSent", "emailPublicWebVersion", "undelivered", "onSite", "SmsReply", "MakeContactForm"].map { Array($0.utf8) }
        for (before, text, after) in names.map({ ([], $0, Array("=1".utf8)) }) + types.map({ (Array("trigger_type=".utf8), $0, []) }) {
            for place in text.indices {
                var other = text
                other[place] ^= 0x20
                try WebhookJudge.judge(before + other + after + Array("&trigger_type=onSite".utf8))
            }
        }
    }

    // MARK: Dates

    @Test("has dates of both forms, and no others")
    func dates() throws {
        var random = FixedSeed(7)
        func digits(_ counts: [Int], _ range: ClosedRange<Int>) -> String {
            let number = String(Int.random(in: range, using: &random)), count = random.pick(counts)
            return String(repeating: "0", count: max(0, count - number.count)) + number
        }
        var dates = 0
        for _ in 0..<20_000 {
            let year = random.pick(["2022", "2024", "1900", "2000", "0001", "9999", "22", "02022"])
            let (month, day) = (digits([1, 2], 0...13), digits([1, 2], 0...32))
            let time = "\(digits([1, 2], 0...24)):\(digits([2], 0...60)):\(digits([2, 2, 2, 1], 0...60))"
            let half = random.pick(["", "", "", " AM", " pm", " Pm", " XM", "AM"])
            let text = switch Int.random(in: 0..<5, using: &random) {
                case 0: "\(year)-\(digits([2], 0...13))-\(digits([2], 0...32))\(random.pick([" ", "T", "", "  "]))\(time)"
                case 1: "\(year)-\(month)-\(day)"
                case 2: "\(month)/\(day)/\(year)"
                default: "\(month)/\(day)/\(year) \(time)\(half)"
            }
            let wanted = ModelDate.read(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
            dates += wanted == nil ? 0 : 1
            #expect(Array(text.utf8).withUnsafeBytes { WebhookTime.read($0)?.text } == wanted, "\(text)")
        }
        #expect(dates > 1_000)
    }

    // MARK: Rows

    /// Each differs from "emailOpened" of a mail in one thing.
    @Test("has a row where it is an e-mail's, and has campaign, contact and time", arguments: [
        ("trigger_type=emailOpened", .activities), ("trigger_type=EMAILSENT", .sentEmails), ("trigger_type=Undelivered", .undelivered), ("trigger_type=emailAnything", .activities),
        ("trigger_type=email", nil), ("trigger_type=onSite", nil), ("trigger_type=smsSent", nil), ("trigger_type=undelivered&channel_type=SMS", nil),
        ("trigger_type=emailSent&channel_type=sms", nil), ("trigger_type=emailSent&channel_type=", .sentEmails), ("trigger_type=undelivered&channel_type=other", .undelivered),
    ] as [(String, RowKind?)])
    func rows(_ fields: String, _ kind: RowKind?) throws {
        let whole = "\(fields)&campaign_id=5&contact[id]=-7&timeStamp=1970-01-02 00:00:01"
        let found = try webhook(whole)
        #expect(found.row?.kind == kind)
        if kind != nil { #expect(found.row?.identity == EventIdentity(campaign: 5, contact: -7, date: 86_401)) }
        #expect((found.campaign, found.contact, found.time?.seconds) == (5, -7, 86_401))
        for (part, broken) in [("campaign_id=5", "campaign_id=x"), ("campaign_id=5", "campaign_id="), ("contact[id]=-7", "contact[x]=7"), ("timeStamp=1970-01-02 00:00:01", "timeStamp=0")] {
            #expect(try webhook(whole.replacing(part, with: broken)).row == nil)
        }
    }

    @Test("of another spelling has the same row, and is the same event")
    func spellings() throws {
        let one = try webhook("timeStamp=2024-09-20+11%3a30%3a00&trigger_type=emailClicked&channel_type=Email&campaign_id=5&contact%5bid%5d=7&remarks=2")
        let other = try webhook("Remarks=2&CONTACT[Id]=7&Campaign_ID=5&Channel_Type=EMAIL&Trigger_Type=emailCLICKED&Timestamp=9/20/2024 11:30:00 AM")
        #expect(one.text.text == other.text.text && one.row?.identity == other.row?.identity)
        #expect(try one.trigger() == "emailClicked")
    }

    @Test("keeps a type that nobody knows as it came, also with characters that JSON escapes", arguments: ["x", "a\"b\\c", "a\nb", "ש"])
    func types(_ type: String) throws {
        let escaped = type.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try webhook("trigger_type=\(escaped)").trigger() == type)
    }
}

// SPDX-License-Identifier: MIT

/// Has the Swift runtime make the types that calls use, before a second thread can be inside.
///
/// The runtime makes generic types and tuples at their first use, under a lock of its own that `fork` does not know: a
/// child that was forked while another thread held it would wait for ever. So the first client or funnel of a process
/// goes once through what calls do, without I/O.
enum WarmUp {
    static func once() { _ = isDone }

    private static let isDone: Bool = {
        // What fails here fails in the call that needs it too, and says so there.
        documents()
        try? rows()
        try? remote()
        if let sandbox = try? sandbox() { try? mirror(sandbox) }
        return true
    }()

    private static func documents() {
        _ = try? JSON.object(parsing: "{\"a\":[1,2.5,true,null,\"x\"],\"b\":{}}", as: "options")
        for method in Method.allCases {
            _ = try? Query(parsing: "{\"campaign_id\":1,\"params\":{\"a\":1},\"date_from\":\"2024-01-01\"}", for: method)
        }
        var error = InwiseError(.argument, "", httpStatus: 400, parameter: "a")
        error.retryAfter = 1
        _ = error.after(attempts: 1).naming(.activities).json.text
        _ = CursorInfo().json.text
    }

    private static func rows() throws(InwiseError) {
        let funnel = Funnel(), other = Funnel()
        let text: StaticString = "[{\"id\":\"1\",\"row_index\":2,\"campaign_id\":1,\"contact_id\":1,\"action_type\":\"new\",\"action_date\":\"2024-09-20 12:00:00\",\"date_sent\":\"2024-09-20\",\"email\":\"a@b\",\"sending_source\":\"c\"},{\"campaign_id\":1,\"contact_id\":1,\"action_type\":\"emailOpened\"},{}]"
        for kind in RowKind.allCases {
            for kept in [nil, [1]] as [[Int]?] {
                let bytes = ByteBuffer()
                try bytes.append(text)
                try funnel.add(kind, bytes.bytes)
                _ = try RowPage(bytes, kind).text(keeping: kept)
            }
        }
        try other.merge(funnel)
        for group in [nil] + FunnelQuery.Group.allCases { _ = try other.summary(FunnelQuery(groupBy: group)).text }
        let saved = try other.save()
        _ = try Funnel(loading: saved.bytes)
    }

    static func sandbox() throws(InwiseError) -> Sandbox {
        var reader = OptionReader([], as: "options")
        let url = "sandbox:?campaigns=1&contacts=3&days=2&now=2024-09-20T12:00:00&live=1&recent_drop_rate=0.5"
        let sandbox = Sandbox(try SandboxOptions(url: url, &reader))
        let call = call(seconds: 60)
        for method in Method.allCases { _ = try? sandbox.answer(method, Query(campaignID: 1, dateFrom: "2024-01-01"), call) }
        let walk = try sandbox.walk(of: .activities, Query(dateFrom: "2024-01-01"))
        _ = try walk.next(call)
        walk.abandon()
        for path in ["/campaigns/email/activities?page_index=0&x=%41", "/"] {
            _ = try? sandbox.handle(RESTRequest(httpMethod: "GET", pathAndQuery: path, headers: [("X-API-Key", "a")]), call)
        }
        return sandbox
    }

    private static func remote() throws(InwiseError) {
        var reader = OptionReader([("api_key", .string("none"))], as: "options")
        let remote = Remote(try RemoteOptions(base: "http://127.0.0.1", &reader))
        let walk = try remote.walk(of: .activities, Query(campaignID: 1))
        // Its time is over before it begins.
        _ = try? walk.next(call(seconds: 0))
        walk.abandon()
        _ = try? remote.answer(.activities, Query(campaignID: 1), call(seconds: 0))
        remote.engine.rehearse(call(seconds: 60))
    }

    /// Syncs into a mirror in memory, from an account whose feeds lose answers, and asks it.
    static func mirror(_ sandbox: Sandbox) throws(InwiseError) {
        let store = Store(try Database())
        for migration in Schema.migrations { try store.database.execute(migration) }
        try store.finishFill(isSmall: true)
        // A path at which nothing can be.
        let url = "file:/dev/null/mirror"
        var reader = OptionReader([("now", .string("2024-09-20T12:00:00"))], as: "options")
        let mirror = MirrorSource(try MirrorOptions(url: url, &reader), over: store)
        let into = InwiseClient(url, answering: { mirror })
        let options = try SyncOptions(parsing: "{\"campaign_ids\":[1958368],\"late_ages\":[60],\"audit\":\"all\",\"methods\":[\"activities\"]}")
        _ = try Sync.rehearse(InwiseClient("sandbox:", answering: { sandbox }), into, options, now: mirror.now).json.text
        try oddRows(store)
        let call = call(seconds: 60)
        _ = try mirror.answer(.activities, Query(campaignID: 1, dateFrom: "2024-01-01"), call)
        for consumer in ["a", nil] { _ = try mirror.answer(.recentActivities, Query(consumer: consumer), call) }
        for through in [Acknowledgement.given, .beginning, .row(1)] { try mirror.acknowledge(.recentActivities, consumer: "a", through, call) }
        _ = try Acknowledgement.parse("{\"consumer\":\"a\",\"method\":\"recentActivities\",\"through\":1}")
        _ = try mirror.walk(of: .activities, Query(dateFrom: "2024-01-01")).next(call)
        try webhooks(mirror, call)
        _ = try mirror.handle(RESTRequest(httpMethod: "GET", pathAndQuery: "/campaigns/email/activities", headers: []), call)
        _ = try? MirrorFile.open("/dev/null/mirror", readOnly: true)
        _ = try? SyncLock.take("/dev/null/mirror", waitingUntil: .now) { _ in }
    }

    /// Events with a row and without, fields that nobody knows, from senders who are looked at.
    private static func webhooks(_ mirror: MirrorSource, _ call: Call) throws(InwiseError) {
        var options = WebhookOptions()
        options.remoteAddress = "10.0.0.1"
        options.trustedProxies = ["10.0.0.0/8"]
        options.forwardedFor = "193.169.246.40, 10.0.0.2"
        (options.token, options.url) = ("0123456789abcdef", "/?token=0123456789abcdef")
        let row: StaticString = "timeStamp=2024-09-20+12:00:00&trigger_type=emailOpened&campaign_id=1&contact[id]=1&contact[a]=1&x[y][]=1&x[y][]=2&x=1"
        let other: StaticString = "Timestamp=9/20/2024 1:00:00 PM&trigger_type=onSite&custom_data=[{\"Key\":\"externalId\",\"Value\":6}]&survey_field={"
        for body in [row, other, row] {
            let webhook = try Webhook(body.bytes, options)
            _ = try mirror.ingest([webhook], call)
        }
        _ = try? Webhook(("a=1" as StaticString).bytes)
        _ = try StoreWalk.events(EventQuery(parsing: "{\"campaign_id\":1,\"trigger_type\":\"emailOpened\",\"date_from\":\"2024-01-01\"}"), mirror).next(call)
        let page = ByteBuffer()
        try page.append("[{\"id\":7,\"campaign_id\":1,\"contact_id\":1,\"action_type\":\"emailOpened\",\"action_date\":\"2024-09-20 12:00:00\"}]")
        _ = try mirror.work({ nil }) { service throws(InwiseError) in
            let rows = ProvisionalRows(service.store)
            _ = try CampaignSummary(of: 1, in: service.store, confirmed: true)
            _ = try service.store.write { () throws(InwiseError) in (try rows.reconcile(after: .beginning), try rows.standing()) }
            _ = try service.store.write { () throws(InwiseError) in try service.store.intake.add(.activities, page) }
        }
    }

    /// Rows without an id, with members that nobody knows, and such that change.
    private static func oddRows(_ store: Store) throws(InwiseError) {
        for text in ["[{\"id\":1,\"campaign_id\":1,\"x\":1,\"x\":2},{\"\\u0079\":\"\\u0079\"}]", "[{\"id\":1,\"campaign_id\":2}]"] {
            let page = ByteBuffer()
            try page.append(text)
            _ = try store.write { () throws(InwiseError) in try store.intake.add(.activities, page) }
        }
    }

    private static func call(seconds: Double) -> Call {
        let gate = Gate()
        return Call(
            gate: gate, ticket: gate.ticket(), began: .now, deadline: Instant.now.adding(seconds: seconds), method: nil, log: Log())
    }
}

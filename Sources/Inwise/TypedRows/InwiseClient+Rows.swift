// SPDX-License-Identifier: MIT

extension InwiseClient {
    /// What recipients did: every row that the query names, each exactly once.
    ///
    /// - Parameters:
    ///   - campaignID: one campaign.
    ///   - contactID: the service's id of a contact.
    ///   - externalID: the account's own id of a contact; a remote source refuses it.
    ///   - dateFrom: `YYYY-MM-DD`, the whole day, or `YYYY-MM-DD HH:MM:SS` on the service's clock. Without any date the service
    ///     answers for the past week only; ``Rows/info`` then says ``CursorInfo/windowDefaulted``.
    ///   - dateTo: the same; both ends belong to the range.
    ///   - actionType: one kind of activity, known to the library or not.
    ///   - pageSize: rows asked for at a time, 1 to 1,000.
    ///   - parameters: further parameters of the service, passed on verbatim.
    public func activities(
        campaignID: Int64? = nil, contactID: Int64? = nil, externalID: String? = nil, dateFrom: String? = nil,
        dateTo: String? = nil, actionType: ActionType? = nil, pageSize: Int? = nil, parameters: [String: String] = [:]
    ) -> Rows<Activity> {
        let query = Query(
            campaignID: campaignID, contactID: contactID, externalID: externalID, dateFrom: dateFrom, dateTo: dateTo,
            actionType: actionType?.rawValue, pageSize: pageSize, parameters: Self.ordered(parameters))
        return Rows(self, .activities, query) { Activity(&$0, $1) }
    }

    /// Mails that were handed over for delivery. The parameters are those of ``activities(campaignID:contactID:externalID:dateFrom:dateTo:actionType:pageSize:parameters:)``.
    public func sentEmails(
        campaignID: Int64? = nil, contactID: Int64? = nil, externalID: String? = nil, dateFrom: String? = nil,
        dateTo: String? = nil, pageSize: Int? = nil, parameters: [String: String] = [:]
    ) -> Rows<SentEmail> {
        let query = Query(
            campaignID: campaignID, contactID: contactID, externalID: externalID, dateFrom: dateFrom, dateTo: dateTo,
            pageSize: pageSize, parameters: Self.ordered(parameters))
        return Rows(self, .sentEmails, query) { SentEmail(&$0, $1) }
    }

    /// Recipients who were not sent to; without any date for all time. The parameters are those of
    /// ``activities(campaignID:contactID:externalID:dateFrom:dateTo:actionType:pageSize:parameters:)``.
    public func undelivered(
        campaignID: Int64? = nil, contactID: Int64? = nil, externalID: String? = nil, dateFrom: String? = nil,
        dateTo: String? = nil, pageSize: Int? = nil, parameters: [String: String] = [:]
    ) -> Rows<UndeliveredEmail> {
        let query = Query(
            campaignID: campaignID, contactID: contactID, externalID: externalID, dateFrom: dateFrom, dateTo: dateTo,
            pageSize: pageSize, parameters: Self.ordered(parameters))
        return Rows(self, .undelivered, query) { UndeliveredEmail(&$0, $1) }
    }

    /// The same each time.
    private static func ordered(_ parameters: [String: String]) -> [(name: String, value: String)] {
        parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A campaign's funnel as the service counts it.
    public func activitiesSummary(campaignID: Int64) throws(InwiseError) -> ActivitiesSummary {
        try activitiesSummary(campaignID, nil)
    }

    func activitiesSummary(_ campaignID: Int64, _ entry: Entry?) throws(InwiseError) -> ActivitiesSummary {
        let answer = try answer(.activitiesSummary, Query(campaignID: campaignID), entry)
        let members = try withExtendedLifetime(answer) { () throws(InwiseError) in try JSON.members(ofRow: answer.bytes) }
        return ActivitiesSummary(members)
    }

    /// What is new in the activity feed since the last call, at most 1,000 rows in order of arrival. **Reading consumes it**: the
    /// service hands each row out once, to whoever asks first. So the question is never repeated by itself; if it fails with
    /// `.network` or `.timeout`, rows may be gone from here, and `activities` has them.
    ///
    /// - Parameter consumer: of a mirror alone: who reads. It then gives what this consumer has not acknowledged
    ///   (``acknowledge(_:consumer:through:)``), and consumes nothing.
    public func recentActivities(consumer: String? = nil) throws(InwiseError) -> [Activity] {
        try recent(.recentActivities, consumer, nil) { Activity(&$0, $1) }
    }

    /// The same of sent mails.
    public func recentSentEmails(consumer: String? = nil) throws(InwiseError) -> [SentEmail] {
        try recent(.recentSentEmails, consumer, nil) { SentEmail(&$0, $1) }
    }

    /// The same of recipients who were not sent to.
    public func recentUndelivered(consumer: String? = nil) throws(InwiseError) -> [UndeliveredEmail] {
        try recent(.recentUndelivered, consumer, nil) { UndeliveredEmail(&$0, $1) }
    }

    func recent<Row: Sendable>(
        _ method: Method, _ consumer: String?, _ entry: Entry?,
        _ makeRow: @escaping @Sendable (inout RowTaker, borrowing RowColumns) -> Row
    ) throws(InwiseError) -> [Row] {
        try RowDecoder(method.rowKind ?? .activities, makeRow).rows(of: answer(method, Query(consumer: consumer), entry))
    }
}

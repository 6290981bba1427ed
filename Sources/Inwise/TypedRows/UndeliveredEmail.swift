// SPDX-License-Identifier: MIT

/// A recipient who was not sent to, and why: mostly one who had unsubscribed, or had bounced before.
///
/// Fields that the service left out, or gave as null, are nil.
public struct UndeliveredEmail: Sendable, Equatable {
    /// The row's own number.
    public var id: Int64?
    /// When it was decided, on the service's wall clock.
    public var createDate: LocalDateTime?
    /// The service names `unsubscribed`, `frequency_limit`, `bounced` and `other`.
    public var reason: String?
    /// The address that it would have gone to.
    public var email: String?
    /// The campaign that the mail belongs to.
    public var campaignID: Int64?
    /// The service's id of the contact.
    public var contactID: Int64?
    /// The account's own id of the contact, if the account uses them.
    public var externalID: String?
    /// What has no field, or doesn't fit its field: an object, by the service's names.
    public var extra: JSON

    /// A row by hand, for example for a test.
    public init(
        id: Int64? = nil, createDate: LocalDateTime? = nil, reason: String? = nil, email: String? = nil, campaignID:
        Int64? = nil, contactID: Int64? = nil, externalID: String? = nil, extra: JSON = .object([])
    ) {
        self.id = id
        self.createDate = createDate
        self.reason = reason
        self.email = email
        self.campaignID = campaignID
        self.contactID = contactID
        self.externalID = externalID
        self.extra = extra
    }

    init(_ row: inout RowTaker, _ columns: borrowing RowColumns) {
        id = row.integer(.id, columns)
        createDate = row.date(.createDate, columns)
        reason = row.text(.reason, columns)
        email = row.text(.email, columns)
        campaignID = row.integer(.campaignID, columns)
        contactID = row.integer(.contactID, columns)
        externalID = row.text(.externalID, columns)
        extra = row.extra
    }
}

// SPDX-License-Identifier: MIT

/// Something that a recipient did with a mail, or that befell it: opened, clicked, bounced, unsubscribed.
///
/// Fields that the service left out, or gave as null, are nil.
public struct Activity: Sendable, Equatable {
    /// The row's own number.
    public var id: Int64?
    /// When it happened, on the service's wall clock.
    public var actionDate: LocalDateTime?
    /// What happened.
    public var actionType: ActionType?
    /// The campaign that the mail belongs to.
    public var campaignID: Int64?
    /// The service's id of the contact.
    public var contactID: Int64?
    /// The account's own id of the contact, if the account uses them.
    public var externalID: String?
    /// The recipient's address; several with commas between if there were proxies on the way.
    public var ip: String?
    /// Of a click the link's number.
    public var remarks: String?
    /// Of a click the link's URL.
    public var additionalData: String?
    /// What has no field, or doesn't fit its field: an object, by the service's names.
    public var extra: JSON

    /// A row by hand, for example for a test.
    public init(
        id: Int64? = nil, actionDate: LocalDateTime? = nil, actionType: ActionType? = nil, campaignID: Int64? = nil,
        contactID: Int64? = nil, externalID: String? = nil, ip: String? = nil, remarks: String? = nil, additionalData:
        String? = nil, extra: JSON = .object([])
    ) {
        self.id = id
        self.actionDate = actionDate
        self.actionType = actionType
        self.campaignID = campaignID
        self.contactID = contactID
        self.externalID = externalID
        self.ip = ip
        self.remarks = remarks
        self.additionalData = additionalData
        self.extra = extra
    }

    init(_ row: inout RowTaker, _ columns: borrowing RowColumns) {
        id = row.integer(.id, columns)
        actionDate = row.date(.actionDate, columns)
        actionType = row.text(.actionType, columns).map(ActionType.init(rawValue:))
        campaignID = row.integer(.campaignID, columns)
        contactID = row.integer(.contactID, columns)
        externalID = row.text(.externalID, columns)
        ip = row.text(.ip, columns)
        remarks = row.text(.remarks, columns)
        additionalData = row.text(.additionalData, columns)
        extra = row.extra
    }
}

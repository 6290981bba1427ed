// SPDX-License-Identifier: MIT

/// A mail that was handed over for delivery. It may have bounced later: an ``Activity`` tells.
///
/// Fields that the service left out, or gave as null, are nil.
public struct SentEmail: Sendable, Equatable {
    /// The mail's own number.
    public var rowIndex: Int64?
    /// When it was handed over, on the service's wall clock.
    public var dateSent: LocalDateTime?
    /// The address that it went to.
    public var email: String?
    /// The campaign that the mail belongs to.
    public var campaignID: Int64?
    /// The service's id of the contact.
    public var contactID: Int64?
    /// The account's own id of the contact, if the account uses them.
    public var externalID: String?
    /// What sent it, for example `Campaign`.
    public var sendingSource: String?
    /// As the service gives it; it doesn't say in which unit.
    public var messageSize: Int64?
    /// The service's name for this delivery.
    public var transactionID: String?
    /// What has no field, or doesn't fit its field: an object, by the service's names.
    public var extra: JSON

    /// A row by hand, for example for a test.
    public init(
        rowIndex: Int64? = nil, dateSent: LocalDateTime? = nil, email: String? = nil, campaignID: Int64? = nil,
        contactID: Int64? = nil, externalID: String? = nil, sendingSource: String? = nil, messageSize: Int64? = nil,
        transactionID: String? = nil, extra: JSON = .object([])
    ) {
        self.rowIndex = rowIndex
        self.dateSent = dateSent
        self.email = email
        self.campaignID = campaignID
        self.contactID = contactID
        self.externalID = externalID
        self.sendingSource = sendingSource
        self.messageSize = messageSize
        self.transactionID = transactionID
        self.extra = extra
    }

    init(_ row: inout RowTaker, _ columns: borrowing RowColumns) {
        rowIndex = row.integer(.rowIndex, columns)
        dateSent = row.date(.dateSent, columns)
        email = row.text(.email, columns)
        campaignID = row.integer(.campaignID, columns)
        contactID = row.integer(.contactID, columns)
        externalID = row.text(.externalID, columns)
        sendingSource = row.text(.sendingSource, columns)
        messageSize = row.integer(.messageSize, columns)
        transactionID = row.text(.transactionID, columns)
        extra = row.extra
    }
}

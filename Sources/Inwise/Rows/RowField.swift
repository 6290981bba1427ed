// SPDX-License-Identifier: MIT

/// The fields of rows that the vendor documents, of all three kinds; any others pass through. In `RowColumns` each is a
/// column, whose number its raw value is.
package enum RowField: UInt8, CaseIterable {
    // Integers, quoted or not.
    case id, rowIndex, contactID, campaignID, messageSize
    // Texts.
    case actionDate, dateSent, createDate
    case actionType, ip, remarks, additionalData, email, reason, transactionID, sendingSource, externalID

    static let count = Int(externalID.rawValue) + 1
    /// Fields below this raw value are integers.
    static let integers = messageSize.rawValue + 1

    package var name: StaticString {
        switch self {
        case .id: "id"
        case .rowIndex: "row_index"
        case .contactID: "contact_id"
        case .campaignID: "campaign_id"
        case .messageSize: "message_size"
        case .actionDate: "action_date"
        case .dateSent: "date_sent"
        case .createDate: "create_date"
        case .actionType: "action_type"
        case .ip: "ip"
        case .remarks: "remarks"
        case .additionalData: "additional_data"
        case .email: "email"
        case .reason: "reason"
        case .transactionID: "transaction_id"
        case .sendingSource: "sending_source"
        case .externalID: "external_id"
        }
    }
}

extension RowKind {
    /// The documented fields, the telling ones first.
    package var fields: [RowField] {
        switch self {
        case .activities:
            [.id, .actionDate, .actionType, .campaignID, .contactID, .externalID, .ip, .remarks, .additionalData]
        case .sentEmails:
            [.rowIndex, .dateSent, .email, .campaignID, .contactID, .externalID, .sendingSource, .messageSize, .transactionID]
        case .undelivered:
            [.id, .createDate, .reason, .email, .campaignID, .contactID, .externalID]
        }
    }

    /// The field by which two rows are the same row.
    var identity: RowField { self == .sentEmails ? .rowIndex : .id }

    /// The field that says when.
    var date: RowField {
        switch self {
        case .sentEmails: .dateSent
        case .undelivered: .createDate
        case .activities: .actionDate
        }
    }
}

// SPDX-License-Identifier: MIT

/// The three kinds of rows that the service knows.
public enum RowKind: String, Sendable, CaseIterable {
    /// Mails that were handed over for delivery.
    case sentEmails
    /// Recipients who were not sent to.
    case undelivered
    /// What recipients did.
    case activities

    /// The field by which two rows are the same row.
    package var identityField: StaticString {
        self == .sentEmails ? "row_index" : "id"
    }
}

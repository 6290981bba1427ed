// SPDX-License-Identifier: MIT

/// The three kinds of rows that the service knows.
public enum RowKind: String, Sendable, CaseIterable {
    case sentEmails, undelivered, activities

    /// The field by which two rows are the same row.
    package var identityField: StaticString {
        self == .sentEmails ? "row_index" : "id"
    }
}

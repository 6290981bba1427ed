// SPDX-License-Identifier: MIT

/// A recipient, as an account keeps them.
struct StoredContact {
    let id: Int64
    let email: TextBuilder
    /// The account's own id of the contact, where it uses one.
    let externalID: TextBuilder?
}

/// A mail that was handed over for delivery.
struct StoredMail {
    let id: Int64
    let date: WallTime
    let campaign: Int64
    let contact: Int64
    let transactionID: TextBuilder
    let messageSize: Int64
    /// A number of `Store.name`.
    let source: Int64
}

/// A recipient that was not sent to.
struct StoredUndelivered {
    let id: Int64
    let date: WallTime
    let campaign: Int64
    let contact: Int64
    /// A number of `Store.name`.
    let reason: Int64
}

/// A recipient's response to a mail.
struct StoredActivity {
    let id: Int64
    let date: WallTime
    let campaign: Int64
    let contact: Int64
    /// A number of `Store.name`.
    let type: Int64
    var ip: TextBuilder?
    var remarks: TextBuilder?
    var additionalData: TextBuilder?
}

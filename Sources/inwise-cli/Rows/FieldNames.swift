// SPDX-License-Identifier: MIT

internal import Inwise

/// The names of columns, and which of them a row's field is.
struct FieldNames {
    private(set) var names: [[UInt8]]

    init(_ names: [String]) { self.names = names.map { Array($0.utf8) } }

    /// - Parameter guess: where to look first; rows have their fields in the same order mostly.
    func index(of name: [UInt8], guess: Int) -> Int? {
        if names.indices.contains(guess), names[guess] == name { return guess }
        return names.firstIndex(of: name)
    }

    /// Takes in the fields of a page that are not there yet, in their order.
    mutating func add(fieldsOf page: JSONText, except reserved: [UInt8]? = nil) {
        page.eachElement { row in
            var guess = 0
            page.eachMember(of: row) { name, _ in
                let name = page.characters(name)
                if let index = index(of: name, guess: guess) {
                    guess = index + 1
                } else if name != reserved {
                    names.append(name)
                }
            }
        }
    }
}

extension RowKind {
    /// The documented fields, the telling ones first.
    var fields: [String] {
        switch self {
        case .activities:
            ["id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks", "additional_data"]
        case .sentEmails:
            ["row_index", "date_sent", "email", "campaign_id", "contact_id", "external_id", "sending_source", "message_size", "transaction_id"]
        case .undelivered:
            ["id", "create_date", "reason", "email", "campaign_id", "contact_id", "external_id"]
        }
    }
}

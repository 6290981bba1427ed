// SPDX-License-Identifier: MIT

@testable import Inwise

/// A typed row as `typed.json` writes it.
protocol TypedVector {
    var vector: JSON { get }
}

private func integer(_ value: Int64?) -> JSON { value.map(JSON.integer) ?? .null }
private func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
private func object(_ members: KeyValuePairs<String, JSON>, _ extra: JSON) -> JSON {
    JSON.object(members.map { (name: $0.key, value: $0.value) } + [(name: "extra", value: extra)]).unified
}

extension Activity: TypedVector {
    var vector: JSON {
        object(
            [
                "id": integer(id), "action_date": text(actionDate?.description), "action_type": text(actionType?.rawValue),
                "campaign_id": integer(campaignID), "contact_id": integer(contactID), "external_id": text(externalID),
                "ip": text(ip), "remarks": text(remarks), "additional_data": text(additionalData),
            ], extra)
    }
}

extension SentEmail: TypedVector {
    var vector: JSON {
        object(
            [
                "row_index": integer(rowIndex), "date_sent": text(dateSent?.description), "email": text(email),
                "campaign_id": integer(campaignID), "contact_id": integer(contactID), "external_id": text(externalID),
                "sending_source": text(sendingSource), "message_size": integer(messageSize), "transaction_id": text(transactionID),
            ], extra)
    }
}

extension UndeliveredEmail: TypedVector {
    var vector: JSON {
        object(
            [
                "id": integer(id), "create_date": text(createDate?.description), "reason": text(reason), "email": text(email),
                "campaign_id": integer(campaignID), "contact_id": integer(contactID), "external_id": text(externalID),
            ], extra)
    }
}

extension JSON {
    /// The same with whole numbers as integers, since 1 and 1.0 are one number, and shares to 12 digits: texts have 15.
    var unified: JSON {
        switch self {
        case .real(let number) where number.magnitude < 1: .real((number * 1e12).rounded() / 1e12).whole
        case .real: whole
        case .array(let elements): .array(elements.map(\.unified))
        case .object(let members): .object(members.map { (name: $0.name, value: $0.value.unified) })
        default: self
        }
    }

    private var whole: JSON {
        if case .real(let number) = self, let whole = Int64(exactly: number) { .integer(whole) } else { self }
    }
}

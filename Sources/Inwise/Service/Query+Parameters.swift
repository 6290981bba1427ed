// SPDX-License-Identifier: MIT

extension Query {
    /// The query with a request's parameters read into it, as a web service reads them: what it doesn't know, or
    /// what doesn't suit the method, it overlooks; of a name that is given twice the last counts.
    ///
    /// - Throws: `.http` with status 400 for a value that the service refuses; `.argument` for a parameter whose key
    ///   the query has already.
    func reading(
        _ parameters: [(name: String, value: String)], for method: Method, _ rules: ServiceRules
    ) throws(InwiseError) -> Query {
        var query = self
        query.parameters = []
        var read: Set<String> = []
        for (name, value) in parameters.reversed() {
            guard read.insert(name).inserted else { continue }
            let isKnown: Bool
            switch name {
            case "campaign_id":
                isKnown = !method.consumes
                if isKnown { query.campaignID = try Self.id(name, value) }
            case "contact_id", "external_id", "date_from", "date_to", "page_index", "page_size":
                isKnown = method.isPaged
                if isKnown { try query.readPaged(name, value, rules) }
            case "action_type":
                isKnown = method == .activities
                if isKnown { query.actionType = try Self.text(name, value) }
            case "consumer":
                isKnown = method.consumes && rules.keepsConsumers
                if isKnown { query.consumer = try Self.text(name, value) }
            default: isKnown = false
            }
            guard !isKnown || !has(name) else {
                throw .argument("params", "\"\(name)\" in \"params\" is already given by a key of the query; give it once.")
            }
        }
        return query
    }

    private mutating func readPaged(_ name: String, _ value: String, _ rules: ServiceRules) throws(InwiseError) {
        switch name {
        case "contact_id": contactID = try Self.id(name, value)
        case "external_id": externalID = try Self.text(name, value)
        case "date_from": dateFrom = try Self.date(name, value)
        case "date_to": dateTo = try Self.date(name, value)
        case "page_index":
            guard let number = Self.integer(value), number >= rules.pageBase else {
                throw Self.refusal(name, value, "must be an integer; the first page is \(rules.pageBase)")
            }
            pageIndex = number - rules.pageBase
        default:
            guard let number = Self.integer(value), number >= 1 else {
                throw Self.refusal(name, value, "must be an integer of 1 or more")
            }
            pageSize = min(number, ServiceRules.largestPageSize)
        }
    }

    /// Whether the query itself names a key.
    private func has(_ key: String) -> Bool {
        switch key {
        case "campaign_id": campaignID != nil
        case "contact_id": contactID != nil
        case "external_id": externalID != nil
        case "date_from": dateFrom != nil
        case "date_to": dateTo != nil
        case "action_type": actionType != nil
        case "page_index": pageIndex != nil
        case "page_size": pageSize != nil
        case "consumer": consumer != nil
        default: false
        }
    }

    // MARK: Values

    private static func id(_ name: String, _ value: String) throws(InwiseError) -> Int64 {
        guard let number = Int64(value) else { throw refusal(name, value, "must be a 64-bit integer") }
        return number
    }

    private static func text(_ name: String, _ value: String) throws(InwiseError) -> String {
        guard !value.isEmpty else { throw refusal(name, value, "must not be empty") }
        return value
    }

    private static func date(_ name: String, _ value: String) throws(InwiseError) -> String {
        guard DateText(value) != nil else {
            throw refusal(name, value, "must be a day that exists, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS")
        }
        return value
    }

    /// An integer, however large: beyond 64 bits it is the nearest that there is.
    private static func integer(_ text: String) -> Int? {
        if let number = Int(text) { return number }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
        switch text.utf8.count - digits.count {
        case 0: return .max
        case 1: return .min
        default: return nil
        }
    }

    private static func refusal(_ name: String, _ value: String, _ what: String) -> InwiseError {
        let shown = String(String.UnicodeScalarView(value.unicodeScalars.prefix(40)))
        return InwiseError(.http, "\(name) \(what), not \"\(shown)\".", httpStatus: 400, parameter: name)
    }
}

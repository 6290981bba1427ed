// SPDX-License-Identifier: MIT

/// A question as one GET: where it goes, and whether it may be asked twice.
struct RemoteRequest: Sendable {
    let method: Method
    /// Absolute, percent-encoded.
    let url: String

    /// Query keys that have a name on the wire.
    static let queryKeys = [
        "campaign_id", "contact_id", "date_from", "date_to", "action_type", "page_index", "page_size",
    ]

    /// - Parameters:
    ///   - page: the service's own number of the page; nil to leave it to the service.
    ///   - pageSize: nil to leave it to the service.
    init(_ method: Method, _ query: Query, page: Int?, pageSize: Int?, _ options: RemoteOptions) throws(InwiseError) {
        guard query.externalID == nil else {
            throw .argument("external_id", "The service can't be asked by \"external_id\"; ask by \"contact_id\", or pass a parameter of the service's own in \"params\".")
        }
        guard query.consumer == nil else { throw .consumerWithoutMirror }
        let known: [(key: String, value: String?)] = [
            ("campaign_id", query.campaignID.map(String.init)), ("contact_id", query.contactID.map(String.init)),
            ("date_from", query.dateFrom), ("date_to", query.dateTo), ("action_type", query.actionType),
            ("page_index", page.map(String.init)), ("page_size", pageSize.map(String.init)),
        ]
        var parameters = known.compactMap { entry in entry.value.map { (options.parameterName(entry.key), $0) } }
        for (name, value) in query.parameters {
            guard !parameters.contains(where: { $0.0 == name }) else {
                throw .argument("params", "\"\(name.prefix(60))\" in \"params\" is already sent for a key of the query; give it once.")
            }
            parameters.append((name, value))
        }
        var url = options.base.url + options.path(method)
        for (position, (name, value)) in parameters.enumerated() {
            url += (position == 0 ? "?" : "&") + Self.encoded(name) + "=" + Self.encoded(value)
        }
        self.method = method
        self.url = url
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    private static func encoded(_ text: String) -> String {
        var output: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.append(byte)
            default:
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension InwiseError {
    /// For a source that keeps no consumers.
    static var consumerWithoutMirror: InwiseError {
        .argument("consumer", "Only a mirror keeps recent rows for its consumers: leave \"consumer\" out, or ask a \"file:\" source.")
    }
}

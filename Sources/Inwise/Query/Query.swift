// SPDX-License-Identifier: MIT

/// What is asked of a method. Made from JSON it has been checked: keys, types, ranges, and that they suit the method.
public struct Query: Sendable {
    /// One campaign; the summary needs it.
    public var campaignID: Int64?
    /// One contact, by the service's id.
    public var contactID: Int64?
    /// One contact, by the account's own id; a remote source refuses it.
    public var externalID: String?
    /// `YYYY-MM-DD`, the whole day, or `YYYY-MM-DD HH:MM:SS`; part of the range, as is `dateTo`.
    public var dateFrom: String?
    /// The end of the range, as ``dateFrom``.
    public var dateTo: String?
    /// `emailOpened`, `emailClicked`, … or any other; of activities alone.
    public var actionType: String?
    /// From 0.
    public var pageIndex: Int?
    /// 1 to 1,000.
    public var pageSize: Int?
    /// Who reads recent rows, 1 to 200 bytes: a mirror then gives what this consumer has not acknowledged; see
    /// ``InwiseClient/acknowledge(_:consumer:through:)``. A mirror's alone.
    public var consumer: String?
    /// Further parameters of the service, passed on verbatim.
    public var parameters: [(name: String, value: String)] = []

    /// Whether a walk asks for one page at a time until one has come full: fewest requests where few rows are expected.
    var isThrifty = false
    /// Whether a mirror leaves out what only webhooks have told it: another mirror wants what the service gave.
    var isConfirmed = false

    /// Asks for everything, or for what is named.
    public init(
        campaignID: Int64? = nil, contactID: Int64? = nil, externalID: String? = nil, dateFrom: String? = nil,
        dateTo: String? = nil, actionType: String? = nil, pageIndex: Int? = nil, pageSize: Int? = nil,
        consumer: String? = nil, parameters: [(name: String, value: String)] = []
    ) {
        self.parameters = parameters
        self.consumer = consumer
        self.campaignID = campaignID
        self.contactID = contactID
        self.externalID = externalID
        self.dateFrom = dateFrom
        self.dateTo = dateTo
        self.actionType = actionType
        self.pageIndex = pageIndex
        self.pageSize = pageSize
    }

    /// Reads a query object for a method; keys that don't suit the method are unknown to it.
    package init(parsing text: UnsafePointer<CChar>?, for method: Method, cursor: Bool = false) throws(InwiseError) {
        var reader = OptionReader(try JSON.object(parsing: text, as: "query"), as: "query of \(method.rawValue)")
        let anyID = Int64.min...Int64.max
        if !method.consumes {
            campaignID = try reader.integer("campaign_id", in: anyID)
        }
        if method.isPaged {
            contactID = try reader.integer("contact_id", in: anyID)
            externalID = try reader.string("external_id")
            dateFrom = try reader.string("date_from")
            dateTo = try reader.string("date_to")
            if method == .activities { actionType = try reader.string("action_type") }
            if !cursor { pageIndex = try reader.integer("page_index", in: 0...Int64(Self.pageIndexes.upperBound)).map(Int.init) }
            pageSize = try reader.integer("page_size", in: 1...1000).map(Int.init)
        }
        if method.consumes { consumer = try reader.string("consumer") }
        for (name, value) in try reader.object("params") ?? [] {
            switch value {
            case .string(let text): parameters.append((name, text))
            case .integer(let number): parameters.append((name, String(number)))
            case .real(let number): parameters.append((name, String(number)))
            case .bool(let flag): parameters.append((name, flag ? "true" : "false"))
            default:
                throw .argument("params", "\"params\" in the query takes strings, numbers, true and false; \"\(name)\" is \(value.kind).")
            }
        }
        try reader.finish()
        try check(for: method)
    }

    /// What a host may ask for; a service takes any.
    static let pageIndexes = 0...1_000_000_000

    /// What holds for every query, whether it came as JSON or from Swift.
    package func check(for method: Method) throws(InwiseError) {
        if method == .activitiesSummary, campaignID == nil {
            throw .argument("campaign_id", "activitiesSummary needs \"campaign_id\": the funnel is one campaign's.")
        }
        let from = try Self.date(dateFrom, "date_from")
        let to = try Self.date(dateTo, "date_to")
        if let from, let to, from.firstSecond > to.lastSecond {
            throw .argument("date_from", "\"date_from\" (\(from.text)) lies after \"date_to\" (\(to.text)).")
        }
        if let pageSize, !(1...1000).contains(pageSize) {
            throw .argument("page_size", "\"page_size\" must be an integer from 1 to 1000, not \(pageSize).")
        }
        if let pageIndex, pageIndex < 0 {
            throw .argument("page_index", "\"page_index\" counts from 0; \(pageIndex) is not allowed.")
        }
        if let consumer {
            guard method.consumes else {
                throw .argument("consumer", "\"consumer\" belongs to the recent methods, not to \(method.rawValue).")
            }
            guard Self.isConsumer(consumer) else {
                throw .argument("consumer", "\"consumer\" must be a name of 1 to 200 bytes, not of \(consumer.utf8.count).")
            }
        }
        if let actionType, actionType.isEmpty {
            throw .argument("action_type", "\"action_type\" must not be empty; leave it out for all types.")
        }
    }

    static func isConsumer(_ name: String) -> Bool { (1...200).contains(name.utf8.count) && !name.utf8.contains(0) }

    /// Whether the service fills in its own window, the past week.
    package func windowIsDefaulted(for method: Method) -> Bool {
        method.hasDefaultWindow && dateFrom == nil && dateTo == nil
    }

    static func date(_ text: String?, _ key: String) throws(InwiseError) -> DateText? {
        guard let text else { return nil }
        guard let date = DateText(text) else {
            throw .argument(key, "\"\(key)\" must be a day that exists, \"YYYY-MM-DD\" or \"YYYY-MM-DD HH:MM:SS\", not \"\(text.prefix(40))\".")
        }
        return date
    }
}

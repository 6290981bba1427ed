// SPDX-License-Identifier: MIT

/// Writes an event out of a webhook's fields.
struct WebhookWriter: ~Copyable {
    private let form: WebhookForm
    private var pen: JSONPen
    private var isFirst = true

    /// Bytes that an event takes at most: each text at most twice, once in its row, and at most six bytes for one.
    static func room(for form: borrowing WebhookForm) -> Int { 16 * form.fields.text.count + 64 * form.fields.count + 2048 }

    /// - Parameter start: of `room(for:)` bytes.
    init(_ form: consuming WebhookForm, to start: UnsafeMutableRawPointer) {
        self.form = form
        pen = JSONPen(start)
    }

    /// - Returns: how many bytes were written, and where the row is among them.
    mutating func write() -> (count: Int, row: Range<Int>?) {
        pen.byte(ASCII.braceOpen)
        for field in WebhookField.allCases {
            if field == .ip { contact() }
            if form.has(field) { write(field) }
        }
        members(of: FieldTree.event)
        if !form.tree.isEmpty(FieldTree.other) {
            name("other")
            node(FieldTree.other)
        }
        var rowRange: Range<Int>?
        if let row = form.row {
            name("kind")
            string(row.kind)
            name("row")
            let first = pen.offset
            write(row.kind, row.identity)
            rowRange = first..<pen.offset
        }
        pen.byte(ASCII.braceClose)
        return (pen.offset, rowRange)
    }

    // MARK: Members

    @inline(__always)
    private mutating func name(_ name: StaticString) {
        separate()
        pen.byte(ASCII.quote)
        pen.raw(name)
        pen.byte(ASCII.quote)
        pen.byte(ASCII.colon)
    }

    @inline(__always)
    private mutating func separate() {
        if !isFirst { pen.byte(ASCII.comma) }
        isFirst = false
    }

    private mutating func write(_ field: WebhookField) {
        name(field.name)
        switch field.value {
        case .text: pen.string(form.text(field))
        case .time: if let time = form.time { pen.time(time) } else { pen.raw("null") }
        case .trigger: pen.string(form.trigger.name)
        case .integer:
            if let number = field == .campaignID ? form.campaign : form.group { pen.integer(number) } else { pen.raw("null") }
        case .json:
            if let json = field == .surveyField ? form.survey : form.custom { pen.raw(json) } else { pen.raw("null") }
        case .channel:
            let text = form.text(.channel)
            if ASCIICase.areEqual(text, lower: "email") {
                pen.raw("\"Email\"")
            } else if ASCIICase.areEqual(text, lower: "sms") {
                pen.raw("\"SMS\"")
            } else {
                pen.string(text)
            }
        }
    }

    private mutating func contact() {
        name("contact")
        pen.byte(ASCII.braceOpen)
        isFirst = true
        for field in ContactField.allCases where form.has(field) || (field == .externalID && form.customExternalID != nil) {
            name(field.name)
            switch field {
            case .id: if let id = form.contact { pen.integer(id) } else { pen.raw("null") }
            case .externalID where form.customExternalID != nil: customExternalID()
            default: pen.string(form.text(field))
            }
        }
        members(of: FieldTree.contact)
        pen.byte(ASCII.braceClose)
        isFirst = false
    }

    /// An id is a text, also where it was written as a number.
    private mutating func customExternalID() {
        guard let value = form.customExternalID else { return }
        if value.first == ASCII.quote { pen.raw(value) } else { pen.string(value) }
    }

    // MARK: Unknown fields

    private mutating func members(of parent: Int32) {
        var child = form.tree.nodes[Int(parent)].firstChild
        while child >= 0 {
            separate()
            pen.string(form.fields.bytes(form.tree.nodes[Int(child)].name))
            pen.byte(ASCII.colon)
            node(child)
            child = form.tree.nodes[Int(child)].next
        }
    }

    private mutating func node(_ number: Int32) {
        let node = form.tree.nodes[Int(number)]
        switch node.kind {
        case .text: pen.string(form.fields.bytes(node.value))
        case .object:
            pen.byte(ASCII.braceOpen)
            isFirst = true
            members(of: number)
            pen.byte(ASCII.braceClose)
        case .list:
            pen.byte(ASCII.bracketOpen)
            var child = node.firstChild
            while child >= 0 {
                let element = form.tree.nodes[Int(child)]
                if child != node.firstChild { pen.byte(ASCII.comma) }
                pen.string(form.fields.bytes(element.value))
                child = element.next
            }
            pen.byte(ASCII.bracketClose)
        }
        isFirst = false
    }

    // MARK: The row

    /// Writes the row that the service will give, its fields in the order of the vendor's samples.
    private mutating func write(_ kind: RowKind, _ identity: EventIdentity) {
        pen.byte(ASCII.braceOpen)
        isFirst = true
        switch kind {
        case .sentEmails:
            integer("contact_id", identity.contact)
            integer("campaign_id", identity.campaign)
            date("date_sent", identity)
            text("email", form.text(.email))
        case .undelivered:
            integer("campaign_id", identity.campaign)
            text("email", form.text(.email))
            integer("contact_id", identity.contact)
            text("reason", form.text(.reason))
            date("create_date", identity)
        case .activities:
            date("action_date", identity)
            integer("contact_id", identity.contact)
            integer("campaign_id", identity.campaign)
            text("ip", form.text(.ip))
            text("action_type", form.trigger.name)
            text("remarks", form.text(.remarks))
            text("additional_data", form.text(.additionalDetails))
        }
        if form.customExternalID != nil {
            name("external_id")
            customExternalID()
        } else {
            text("external_id", form.text(.externalID))
        }
        pen.byte(ASCII.braceClose)
        isFirst = false
    }

    private mutating func integer(_ name: StaticString, _ value: Int64) {
        self.name(name)
        pen.integer(value)
    }

    private mutating func date(_ name: StaticString, _ identity: EventIdentity) {
        self.name(name)
        pen.time(WallTime(seconds: identity.date))
    }

    private mutating func text(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        guard value.count > 0 else { return }
        self.name(name)
        pen.string(value)
    }

    private mutating func string(_ kind: RowKind) {
        switch kind {
        case .sentEmails: pen.raw("\"sentEmails\"")
        case .undelivered: pen.raw("\"undelivered\"")
        case .activities: pen.raw("\"activities\"")
        }
    }
}

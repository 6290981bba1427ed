// SPDX-License-Identifier: MIT

/// Writes an event out of a webhook's fields.
struct WebhookWriter: ~Copyable {
    private var form: WebhookForm
    private var pen: JSONPen
    private var isFirst = true
    /// Where the event's time was written, and its type, each in its quotes.
    private var timeRange = 0..<0
    private(set) var triggerRange = 0..<0

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
        time()
        name("trigger_type")
        let first = pen.offset
        trigger()
        triggerRange = first..<pen.offset
        text(.triggerDescription)
        channel()
        text(.accountCode)
        integer(.campaignID, form.campaign)
        integer(.groupID, form.group)
        contact()
        text(.ip)
        text(.remarks)
        text(.additionalDetails)
        text(.replyContent)
        text(.bounceType)
        text(.reason)
        json(.surveyField, form.survey)
        json(.customData, form.custom)
        members(of: FieldTree.event)
        if form.tree.first(of: FieldTree.other) >= 0 {
            name("other")
            node(FieldTree.other)
        }
        var rowRange: Range<Int>?
        if let row = form.row {
            name("kind")
            string(row.kind)
            name("row")
            let first = pen.offset
            write(row.kind)
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

    private mutating func time() {
        guard form.has(.timestamp) else { return }
        name("timestamp")
        guard let time = form.time else { return pen.raw("null") }
        let first = pen.offset, text = form.text(.timestamp)
        // Most come as they are written.
        if text.count == 19, text[10] == UInt8(ascii: " "), text[4] == ASCII.minus { pen.string(text) } else { pen.time(time) }
        timeRange = first..<pen.offset
    }

    private mutating func trigger() {
        guard form.trigger.isKnown else { return pen.string(form.trigger.name) }
        pen.byte(ASCII.quote)
        pen.raw(form.trigger.name)
        pen.byte(ASCII.quote)
    }

    private mutating func channel() {
        guard form.has(.channel) else { return }
        name("channel")
        let text = form.text(.channel)
        if ASCIICase.areEqual(text, lower: "email") {
            pen.raw("\"Email\"")
        } else if ASCIICase.areEqual(text, lower: "sms") {
            pen.raw("\"SMS\"")
        } else {
            pen.string(text)
        }
    }

    @inline(__always)
    private mutating func text(_ field: WebhookField) {
        guard form.has(field) else { return }
        name(field.name)
        pen.string(form.text(field))
    }

    @inline(__always)
    private mutating func text(_ field: ContactField) {
        guard form.has(field) else { return }
        name(field.name)
        pen.string(form.text(field))
    }

    @inline(__always)
    private mutating func integer(_ field: WebhookField, _ value: Int64?) {
        guard form.has(field) else { return }
        name(field.name)
        // It was written as JSON has it.
        if value == nil { pen.raw("null") } else { pen.verbatim(form.text(field)) }
    }

    @inline(__always)
    private mutating func json(_ field: WebhookField, _ value: UnsafeRawBufferPointer?) {
        guard form.has(field) else { return }
        name(field.name)
        if let value { pen.verbatim(value) } else { pen.raw("null") }
    }

    private mutating func contact() {
        name("contact")
        pen.byte(ASCII.braceOpen)
        isFirst = true
        if form.has(.id) {
            name("id")
            if form.contact == nil { pen.raw("null") } else { pen.verbatim(form.text(.id)) }
        }
        text(.email)
        text(.mobileNumber)
        if form.customExternalID != nil {
            name("external_id")
            customExternalID()
        } else {
            text(.externalID)
        }
        members(of: FieldTree.contact)
        pen.byte(ASCII.braceClose)
        isFirst = false
    }

    /// An id is a text, also where it was written as a number.
    private mutating func customExternalID() {
        guard let value = form.customExternalID else { return }
        if value.first == ASCII.quote { pen.verbatim(value) } else { pen.string(value) }
    }

    // MARK: Unknown fields

    private mutating func members(of parent: Int32) {
        form.sortMembers(of: parent)
        var child = form.tree.first(of: parent)
        while child >= 0 {
            separate()
            pen.string(form.fields.bytes(form.tree[child].name))
            pen.byte(ASCII.colon)
            node(child)
            child = form.tree[child].next
        }
    }

    private mutating func node(_ number: Int32) {
        let node = form.tree[number]
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
                let element = form.tree[child]
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
    private mutating func write(_ kind: RowKind) {
        pen.byte(ASCII.braceOpen)
        isFirst = true
        switch kind {
        case .sentEmails:
            id("contact_id", form.text(.id))
            id("campaign_id", form.text(.campaignID))
            date("date_sent")
            text("email", form.text(.email))
        case .undelivered:
            id("campaign_id", form.text(.campaignID))
            text("email", form.text(.email))
            id("contact_id", form.text(.id))
            text("reason", form.text(.reason))
            date("create_date")
        case .activities:
            date("action_date")
            id("contact_id", form.text(.id))
            id("campaign_id", form.text(.campaignID))
            text("ip", form.text(.ip))
            name("action_type")
            trigger()
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

    @inline(__always)
    private mutating func id(_ name: StaticString, _ text: UnsafeRawBufferPointer) {
        self.name(name)
        pen.verbatim(text)
    }

    @inline(__always)
    private mutating func date(_ name: StaticString) {
        self.name(name)
        pen.again(timeRange)
    }

    @inline(__always)
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

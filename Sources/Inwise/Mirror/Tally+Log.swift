// SPDX-License-Identifier: MIT

/// Who has been counted, on disk: `contact_log`, an entry a transaction, and `contact_sets`, what has been gathered of it.
extension Tally {
    /// Log entries after which they are gathered.
    private static let mostLogEntries = 256

    func writeLog() throws(InwiseError) {
        guard !added.isEmpty else { return }
        let insert = try store.statement("INSERT INTO contact_log (contacts) VALUES (?1)")
        try Self.withBytes(added.count * 2 * IDList.longest) { start in
            var (place, list) = (start, IDList())
            for item in added {
                place = IDList.write(varint: UInt64(item.index) + 1, to: place)
                place = list.write(item.contact, to: place)
            }
            return place
        } use: { bytes throws(InwiseError) in try insert.bind(1, blob: bytes) }
        try insert.run()
        logged += added
        added.removeAll(keepingCapacity: true)
        logEntries += 1
        if logEntries >= Self.mostLogEntries { try gather() }
    }

    /// Gives `write` room, which says where it ended, and then the bytes to `use`.
    private static func withBytes(
        _ room: Int, _ write: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>,
        use: (UnsafeRawBufferPointer) throws(InwiseError) -> Void
    ) throws(InwiseError) {
        let start = UnsafeMutablePointer<UInt8>.allocate(capacity: max(room, 1))
        defer { start.deallocate() }
        let end = write(start)
        try use(UnsafeRawBufferPointer(start: start, count: end - start))
    }

    /// Puts the log's contacts into the lists. A stream's last list grows until it is long: each contact is then written again some few
    /// times in all.
    func gather() throws(InwiseError) {
        // The log goes, and with it what is not known of it.
        try ensureLoaded()
        var lists = [[Int64]](repeating: [], count: streamCount)
        for item in logged { lists[item.index].append(item.contact) }
        for index in lists.indices where !lists[index].isEmpty { try gather(Int64(index) + 1, lists[index]) }
        try store.statement("DELETE FROM contact_log").run()
        logged.removeAll(keepingCapacity: true)
        logEntries = 0
    }

    private func gather(_ stream: Int64, _ contacts: [Int64]) throws(InwiseError) {
        var (contacts, parts) = (contacts, try self.parts(of: stream))
        // What is about as long as what is new is written together with it.
        while let last = parts.last, last.bytes <= 16 * contacts.count {
            var earlier: [Int64] = []
            try read(stream, last.number) { earlier.append($0) }
            contacts = earlier + contacts
            parts.removeLast()
        }
        let delete = try store.statement("DELETE FROM contact_sets WHERE stream = ?1 AND part > ?2")
        try delete.bind([.integer(stream), .integer(parts.last?.number ?? 0)])
        try delete.run()
        let insert = try store.statement("INSERT INTO contact_sets VALUES (?1, ?2, ?3)")
        try insert.bind(1, stream)
        try insert.bind(2, (parts.last?.number ?? 0) + 1)
        try Self.withBytes(contacts.count * IDList.longest) { start in
            var (place, list) = (start, IDList())
            for contact in contacts { place = list.write(contact, to: place) }
            return place
        } use: { bytes throws(InwiseError) in try insert.bind(3, blob: bytes) }
        try insert.run()
    }

    // MARK: Loading

    @inline(__always)
    func ensureLoaded() throws(InwiseError) { if !isLoaded { try load() } }

    func load() throws(InwiseError) {
        forget()
        let select = try store.statement("SELECT id, campaign, type, rows, contacts FROM streams ORDER BY id")
        defer { select.reset() }
        while try select.step() {
            guard select.integer(0) == Int64(streamCount) + 1 else { throw Self.damaged }
            note(
                Stream(campaign: select.integer(1), rows: select.integer(3), contacts: select.integer(4)),
                Key(campaign: select.integer(1), type: select.integer(2)))
        }
        webVersionTypes = (try store.names.number(of: "emailWebVersion"), try store.names.number(of: "emailPublicWebVersion"))
        try loadLog()
        isLoaded = true
    }

    private func loadLog() throws(InwiseError) {
        logEntries = 0
        let select = try store.statement("SELECT contacts FROM contact_log ORDER BY id")
        defer { select.reset() }
        while try select.step() {
            logEntries += 1
            guard let bytes = select.blob(0) else { throw Self.damaged }
            var reader = ByteReader(bytes), list = IDList()
            while reader.remaining > 0 {
                guard let stream = reader.varint(below: streamCount + 1), stream > 0, let contact = list.next(&reader) else {
                    throw Self.damaged
                }
                logged.append(Added(index: stream - 1, contact: contact))
            }
        }
    }

    func loadSet(_ index: Int) throws(InwiseError) -> UnsafeMutablePointer<IDSet> {
        let set = UnsafeMutablePointer<IDSet>.allocate(capacity: 1)
        set.initialize(to: IDSet())
        // It is the stream's from now on, whatever fails.
        streams[index].set = set
        set.pointee.reserve(Int(clamping: min(max(streams[index].contacts, 0), 1 << 22)))
        do throws(InwiseError) {
            let stream = Int64(index) + 1
            for part in try parts(of: stream) { try read(stream, part.number) { _ = set.pointee.insert($0) } }
        } catch {
            releaseSet(index)
            throw error
        }
        for list in [logged, added] { for item in list where item.index == index { _ = set.pointee.insert(item.contact) } }
        return set
    }

    private func parts(of stream: Int64) throws(InwiseError) -> [(number: Int64, bytes: Int)] {
        let select = try store.statement("SELECT part, length(contacts) FROM contact_sets WHERE stream = ?1 ORDER BY part")
        try select.bind(1, stream)
        defer { select.reset() }
        var parts: [(number: Int64, bytes: Int)] = []
        while try select.step() { parts.append((select.integer(0), Int(select.integer(1)))) }
        return parts
    }

    private func read(_ stream: Int64, _ part: Int64, _ take: (Int64) -> Void) throws(InwiseError) {
        let select = try store.statement("SELECT contacts FROM contact_sets WHERE stream = ?1 AND part = ?2")
        try select.bind([.integer(stream), .integer(part)])
        defer { select.reset() }
        guard try select.step(), let bytes = select.blob(0) else { throw Self.damaged }
        var reader = ByteReader(bytes), list = IDList()
        while reader.remaining > 0 {
            guard let id = list.next(&reader) else { throw Self.damaged }
            take(id)
        }
    }

    private static var damaged: InwiseError {
        InwiseError(.store, "The mirror is damaged: its counts can't be read. Move the file away and sync anew.")
    }
}

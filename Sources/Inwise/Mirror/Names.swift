// SPDX-License-Identifier: MIT

/// Texts that many rows share, each with a number from 1 on: `names` in memory.
final class Names {
    private unowned let store: Store
    private var table = NameTable()
    /// By number, less one.
    private var texts: [TextBuilder] = []

    init(_ store: Store) { self.store = store }

    /// Forgets what is known: the database may hold something else.
    func forget() {
        table = NameTable()
        texts = []
    }

    /// The number of a text, given to it now if it is new. Inside a transaction that writes.
    func number(of text: UnsafeRawBufferPointer) throws(InwiseError) -> Int64 {
        let known = table.count
        let number = Int64(table.number(of: text)) + 1
        guard table.count > known else { return number }
        texts.append(TextBuilder(text))
        let insert = try store.statement("INSERT INTO names VALUES (?1, ?2)")
        try insert.bind(1, number)
        try insert.bind(2, text)
        try insert.run()
        return number
    }

    func number(of text: String) throws(InwiseError) -> Int64 {
        var text = text
        let outcome: Result<Int64, InwiseError> = text.withUTF8 { utf8 in
            Result { () throws(InwiseError) in try number(of: UnsafeRawBufferPointer(utf8)) }
        }
        return try outcome.get()
    }

    /// The number of a text that some row has or could have; nil if none does.
    func existing(_ text: String) throws(InwiseError) -> Int64? {
        let select = try store.statement("SELECT id FROM names WHERE text = ?1")
        try select.bind(1, text)
        return try select.firstInteger()
    }

    /// The text of a number; nil if there is none.
    func text(of number: Int64) throws(InwiseError) -> TextBuilder? {
        guard number > 0 else { return nil }
        // Another process may have added some.
        if number > texts.count { try load() }
        return number <= texts.count ? texts[Int(number) - 1] : nil
    }

    /// Takes in what the database has beyond what is known. Numbers have no gaps.
    func load() throws(InwiseError) {
        let select = try store.statement("SELECT id, text FROM names WHERE id > ?1 ORDER BY id")
        try select.bind(1, Int64(texts.count))
        defer { select.reset() }
        while try select.step() {
            guard let text = select.text(1), select.integer(0) == Int64(texts.count) + 1, Int64(table.number(of: text)) + 1 == select.integer(0) else {
                throw InwiseError(.store, "The mirror is damaged: its names are not numbered one after the other. Move the file away and sync anew.")
            }
            texts.append(TextBuilder(text))
        }
    }
}

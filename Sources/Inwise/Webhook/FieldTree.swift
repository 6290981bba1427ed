// SPDX-License-Identifier: MIT

/// Fields that nobody knows, as their brackets nest them: `a[b]` is the member b of an object a, `a[]` an element of an array, and a name
/// that comes again makes an array.
struct FieldTree: ~Copyable {
    /// What a node is: a text, or children.
    enum Kind: UInt8, BitwiseCopyable { case text, list, object }

    struct Node: BitwiseCopyable {
        var kind: Kind
        let parent: Int32
        let name: FormFields.Span
        /// Of a text.
        let value: FormFields.Span
        var firstChild: Int32 = -1
        var lastChild: Int32 = -1
        var next: Int32 = -1
    }

    /// Brackets of a name that make objects in one another; a name with more is one that can't stand anywhere.
    static let deepest = 16
    /// Nodes up to which siblings are looked through one by one.
    private static let mostUnindexed = 32
    /// As many as most webhooks need.
    private static let fewNodes = 12
    /// So that nobody can choose names that all fall into one place.
    private static let seed = UInt64.random(in: 0 ... .max)

    /// The three roots come first, once there is a field.
    private var nodes = Column<Node>()
    private var count: Int32 = 0
    /// Numbers of nodes by their parent and name, in open addressing; -1 where there is none. Empty while there are few.
    private var index: [Int32] = []

    /// The objects that fields are put into.
    static let event: Int32 = 0, contact: Int32 = 1, other: Int32 = 2

    private static let nowhere = FormFields.Span(start: 0, count: 0)

    /// - Parameter number: of a node that there is.
    @inline(__always)
    subscript(_ number: Int32) -> Node { nodes[Int(number)] }

    /// The first of an object's members; below 0 where there is none.
    func first(of root: Int32) -> Int32 { count == 0 ? -1 : self[root].firstChild }

    /// Puts a field under a member of an object.
    ///
    /// - Parameters:
    ///   - first: the member's name.
    ///   - brackets: what follows it: `[b][c]`, or nothing.
    /// - Returns: whether it could be put where its brackets say.
    mutating func add(
        _ fields: borrowing FormFields, to root: Int32, _ first: FormFields.Span, brackets: FormFields.Span, _ value: FormFields.Span
    ) throws(InwiseError) -> Bool {
        if count == 0 {
            for _ in 0..<3 { _ = try append(Node(kind: .object, parent: -1, name: Self.nowhere, value: Self.nowhere)) }
        }
        guard brackets.count > 0 else { return try add(fields, to: root, first, isList: false, value) }
        guard let path = Self.path(fields, first, brackets) else { return false }
        // Whether all of it can be put there shows before any of it is.
        var place = root, depth = 0
        while depth < path.names.count - 1, let child = find(fields, place, path.names[depth]) {
            guard self[child].kind == .object else { return false }
            place = child
            depth += 1
        }
        while depth < path.names.count - 1 {
            place = try append(fields, .object, to: place, path.names[depth], Self.nowhere)
            depth += 1
        }
        return try add(fields, to: place, path.names[depth], isList: path.isList, value)
    }

    private mutating func add(
        _ fields: borrowing FormFields, to place: Int32, _ name: FormFields.Span, isList: Bool, _ value: FormFields.Span
    ) throws(InwiseError) -> Bool {
        guard let known = find(fields, place, name) else {
            if isList {
                let list = try append(fields, .list, to: place, name, Self.nowhere)
                _ = try append(fields, .text, to: list, Self.nowhere, value)
            } else {
                _ = try append(fields, .text, to: place, name, value)
            }
            return true
        }
        switch self[known].kind {
        case .object: return false
        case .list: break
        case .text:
            let value = self[known].value
            nodes.values[Int(known)].kind = .list
            _ = try append(fields, .text, to: known, Self.nowhere, value)
        }
        _ = try append(fields, .text, to: known, Self.nowhere, value)
        return true
    }

    /// Puts a field under its whole name, whatever that is.
    mutating func addOther(_ fields: borrowing FormFields, _ field: FormFields.Field) throws(InwiseError) {
        // Of one name they make an array, so it always finds its place.
        _ = try add(fields, to: Self.other, field.name, brackets: Self.nowhere, field.value)
    }

    /// The names that lead to a field, of which the last may be a list's; nil for brackets that don't nest.
    private static func path(
        _ fields: borrowing FormFields, _ first: FormFields.Span, _ brackets: FormFields.Span
    ) -> (names: [FormFields.Span], isList: Bool)? {
        var names = [first]
        let text = fields.bytes(brackets)
        var at = 0
        while at < text.count {
            guard names.count <= deepest, text[at] == ASCII.bracketOpen else { return nil }
            let start = at + 1
            at = start
            while at < text.count, text[at] != ASCII.bracketClose {
                guard text[at] != ASCII.bracketOpen else { return nil }
                at += 1
            }
            guard at < text.count else { return nil }
            if at == start { return at + 1 == text.count ? (names, true) : nil }
            names.append(FormFields.Span(start: brackets.start + UInt32(start), count: UInt32(at - start)))
            at += 1
        }
        return (names, false)
    }

    // MARK: Order

    /// Puts an object's members in the order of their names; none may be added afterwards.
    mutating func sortMembers(_ fields: borrowing FormFields, of parent: Int32) {
        var child = first(of: parent), count = 0, isSorted = true
        while child >= 0 {
            let next = self[child].next
            if next >= 0, precedes(fields, next, child) { isSorted = false }
            child = next
            count += 1
        }
        if !isSorted { nodes.values[Int(parent)].firstChild = sorted(fields, self[parent].firstChild, count).first }
    }

    /// Merges the sorted halves of so many siblings.
    ///
    /// - Returns: the first of them, and the sibling behind them.
    private mutating func sorted(_ fields: borrowing FormFields, _ first: Int32, _ count: Int) -> (first: Int32, behind: Int32) {
        guard count > 1 else {
            let behind = self[first].next
            nodes.values[Int(first)].next = -1
            return (first, behind)
        }
        let half = sorted(fields, first, count / 2)
        let rest = sorted(fields, half.behind, count - count / 2)
        var (left, right) = (half.first, rest.first)
        var (head, last) = (Int32(-1), Int32(-1))
        while left >= 0 || right >= 0 {
            let isRight = right >= 0 && (left < 0 || precedes(fields, right, left))
            let node = isRight ? right : left
            if isRight { right = self[node].next } else { left = self[node].next }
            if last >= 0 { nodes.values[Int(last)].next = node } else { head = node }
            last = node
        }
        return (head, rest.behind)
    }

    @inline(__always)
    private func precedes(_ fields: borrowing FormFields, _ node: Int32, _ other: Int32) -> Bool {
        fields.bytes(self[node].name).precedes(fields.bytes(self[other].name))
    }

    // MARK: Nodes

    private mutating func append(
        _ fields: borrowing FormFields, _ kind: Kind, to parent: Int32, _ name: FormFields.Span, _ value: FormFields.Span
    ) throws(InwiseError) -> Int32 {
        let number = try append(Node(kind: kind, parent: parent, name: name, value: value))
        let last = self[parent].lastChild
        if last >= 0 { nodes.values[Int(last)].next = number } else { nodes.values[Int(parent)].firstChild = number }
        nodes.values[Int(parent)].lastChild = number
        // Elements of a list have no name to be found by.
        if count > Self.mostUnindexed, self[parent].kind == .object { note(fields, number) }
        return number
    }

    private mutating func append(_ node: Node) throws(InwiseError) -> Int32 {
        if Int(count) == nodes.capacity, !nodes.resize(to: max(Self.fewNodes, 2 * nodes.capacity)) {
            throw InwiseError.noMemory
        }
        nodes[Int(count)] = node
        count &+= 1
        return count &- 1
    }

    private func find(_ fields: borrowing FormFields, _ parent: Int32, _ name: FormFields.Span) -> Int32? {
        let bytes = fields.bytes(name)
        guard !index.isEmpty else {
            var child = self[parent].firstChild
            while child >= 0, !fields.bytes(self[child].name).isSame(as: bytes) { child = self[child].next }
            return child < 0 ? nil : child
        }
        var place = Int(truncatingIfNeeded: Self.hash(parent, bytes)) & (index.count - 1)
        while index[place] >= 0 {
            let node = self[index[place]]
            if node.parent == parent, fields.bytes(node.name).isSame(as: bytes) { return index[place] }
            place = (place + 1) & (index.count - 1)
        }
        return nil
    }

    private mutating func note(_ fields: borrowing FormFields, _ number: Int32) {
        guard Int(count) * 2 > index.count else { return put(fields, number) }
        index = [Int32](repeating: -1, count: max(128, index.count * 4))
        for known in 0..<count where self[known].parent >= 0 && self[self[known].parent].kind == .object { put(fields, known) }
    }

    private mutating func put(_ fields: borrowing FormFields, _ number: Int32) {
        let node = self[number]
        var place = Int(truncatingIfNeeded: Self.hash(node.parent, fields.bytes(node.name))) & (index.count - 1)
        while index[place] >= 0 { place = (place + 1) & (index.count - 1) }
        index[place] = number
    }

    private static func hash(_ parent: Int32, _ name: UnsafeRawBufferPointer) -> UInt64 {
        ByteHash.hash(name, seed: seed &+ UInt64(bitPattern: Int64(parent)) &* 0x9E37_79B9_7F4A_7C15)
    }
}

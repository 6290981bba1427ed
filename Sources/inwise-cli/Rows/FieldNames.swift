// SPDX-License-Identifier: MIT

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

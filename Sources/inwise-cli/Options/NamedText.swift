// SPDX-License-Identifier: MIT

internal import ArgumentParser

/// Texts of the form `name=value`.
enum NamedText {
    static func pair(_ text: String, of flag: String, form: String) throws(Failure) -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw Failure(.usage, "\(flag) takes \(form), not \"\(text)\".")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}

/// What a question passes on to the service.
struct ParameterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A further parameter for the service, passed on verbatim. Repeatable.", valueName: "name=value"))
    var param: [String] = []

    func parameters() throws(Failure) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        for text in param { parameters.append(try NamedText.pair(text, of: "--param", form: "name=value")) }
        return parameters
    }
}

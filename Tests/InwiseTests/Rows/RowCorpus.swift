// SPDX-License-Identifier: MIT

/// Pages by hand, good and bad, that the scanner and jansson must judge alike.
enum RowCorpus {
    static let pages: [[UInt8]] = whole + (values + numbers + strings).map { value in
        Array("[{\"x\":".utf8) + value + Array("}]".utf8)
    } + keys.map { Array("[{".utf8) + $0 + Array("}]".utf8) } + ids + nested

    /// Whole texts.
    private static let whole: [[UInt8]] = [
        "", " ", "\n\t\r ", "[]", " [ ] ", "[\u{B}]", "[\u{C}]", "[\u{A0}]", "[", "]", "{}", "{", "[}", "[{]", "[{}]", "[{},{}]", "[{} , {}]",
        "[{},]", "[,{}]", "[{}{}]", "[{};{}]", "[{}", "[{},", "[{}]]", "[{}] []", "[{}],", "[{}] \n", "[{}]x", "[[]]", "[1]",
        "[null]", "[\"row\"]", "[{},1]", "[{},null]", "null", "true", "1", "\"text\"", "<html></html>", "<!DOCTYPE html>",
        "{\"error\":\"no\"}", "{\"rows\":[{}]}", "[{}]//", "/**/[{}]", "[{}]\u{FEFF}", "\u{FEFF}[{}]", "NaN", "[NaN]", "'[]'", "not json",
        "[{\"id\":1}\n,\n{\"id\":2}]", "[\t{\r\n \"id\" \t:\r 1 \n, \"x\" : [ ] } ]", "[{}]\u{0}", "\u{0}[{}]", "[\u{0}{}]", "[{}\u{0}]",
    ].map { Array($0.utf8) } + [[0xFF], [0xEF, 0xBB], [0x5B, 0xC3, 0x5D], [0x5B, 0x7B, 0x7D, 0x5D, 0xC3], [0x80], Array("[{}]".utf8) + [0xE2, 0x80, 0xA8]]

    private static let values: [[UInt8]] = [
        "", "null", "true", "false", "nul", "nulll", "tru", "truefalse", "True", "NULL", "fals e", "true1", "undefined", "{}", "[]", "{\"a\":{}}",
        "[[],[]]", "[[],]", "[,]", "[1,2", "[1 2]", "[1,,2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{1:2}", "{a:1}", "{'a':1}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}", "{\"a\":[{\"b\":[{}]}]}", "[}", "{]", "[{}}", "{\"a\":]}", "[1}", "{\"a\":1]", "[true,false,null,-1,1.5,\"x\"]", "1,2", "1 2", ":1",
        "[\"\\u0000\"]", "{\"\\u0000\":1}", "{\"a\":1,\"a\":2}", "[ 1 , 2 ]", "{ \"a\" : 1 , \"b\" : [ ] }", "//", "/* */1", "1/**/",
    ].map { Array($0.utf8) }

    private static let numbers: [[UInt8]] = [
        "0", "-0", "-", "+1", "01", "-01", "00", "0x10", "1.", ".5", "-.5", "1.5", "1.e5", "1e", "1e+", "1e-", "1E5", "1e5", "1e+5", "1e-5", "1.5e3", "0e0",
        "0.0", "-0.0", "0.", "00.5", "1..5", "1.5.5", "1e5.5", "1e5e5", "--1", "1-", "1+1", "1_000", "1a", "0a", "Infinity", "-Infinity", "inf", "nan",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616", "99999999999999999999", "10000000000000000000", "9999999999999999999", "123456789012345678901234567890",
        "9223372036854775808.0", "123456789012345678901234567890e0", "1e308", "1.7976931348623157e308", "1.7976931348623158e308",
        "1.7976931348623159e308", "-1.7976931348623159e308", "1e309", "-1e309", "1e400", "1e-400", "1e99999999999999999999", "1e-99999999999999999999",
        "0e99999999999999999999", "0.0e400", "0.0001e312", "0.0001e313", "1797693134862315.7e293", "17976931348623159e292", "0.00017976931348623157e312",
        "4.9e-324", "1e-323", "2.2250738585072011e-308", "1e000000000000000000000000000000308", "1e000000000000000000000000000000309",
    ].map { Array($0.utf8) } + edges

    /// Around the smallest number that rounds to infinity.
    private static let edges: [[UInt8]] = {
        let limit = "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904174497792"
        let below = limit.dropLast(3) + "791"
        let fraction = limit.dropFirst()
        let zeros = String(repeating: "0", count: 400)
        return [
            "\(limit).0", "\(limit)e0", "\(limit).00", "\(below).0", "\(below).9", "\(below).\(String(repeating: "9", count: 50))", "\(below)e0", "\(limit).1", "-\(limit).0",
            "-\(below).0", "1.\(fraction)e308", "1.\(below.dropFirst())e308", "1.\(fraction)0e308", "1.\(fraction)1e308", "0.\(zeros)\(limit)e709", "0.\(zeros)\(below)e709",
            "1\(zeros)e-400", "1\(zeros)e-93", "1\(zeros)e-92", "1\(zeros)e-91", "1\(zeros).0", "0.\(zeros)1e700", "0.\(zeros)1e709", "0.\(zeros)1e710", "\(limit)", "1\(zeros)",
            "\(limit)\(zeros)e-400", "\(below)\(zeros)e-400", "17976931348623158.0793728971405303415079934132710037826936173778980444968292764750946649017977587e292",
        ].map { Array($0.utf8) }
    }()

    private static let strings: [[UInt8]] = [
        "\"\"", "\"a", "\"", "\"a\"b\"", "\"\\\"\"", "\"\\", "\"\\\"", "\"\\/\\b\\f\\n\\r\\t\\\\\"", "\"\\a\"", "\"\\U0041\"", "\"\\'\"", "\"\\x41\"", "\"\\0\"",
        "\"\\u0041\"", "\"\\u004\"", "\"\\u00g1\"", "\"\\u\"", "\"\\u", "\"\\u00", "\"\\u0041", "\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"", "\"\\uD83D\"",
        "\"\\uD83D\\u0041\"", "\"\\uD83D\\uD83D\"", "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\uD83D\\", "\"\\uD83D\\u", "\"\\uD83D\\uDE0\"", "\"\\uD83D\\uDE0g\"", "\"\\uDE00\"",
        "\"\\uDE00\\uD83D\"", "\"\\uDBFF\\uDFFF\"", "\"\\uD800\\uDC00\"", "\"\\uFFFF\"", "\"\\uFFFE\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\u0001\"", "\"\\u001f\"", "\"\\u007f\"", "\"\u{7F}\"", "\"\u{0}\"",
        "\"\u{1F}\"", "\"\u{1}\"", "\"a\nb\"", "\"a\tb\"", "\"שלום, עולם\"", "\"é\u{301}😀\u{10FFFF}\u{FFFF}\u{E000}\"", "\"12345678\"", "\"1234567\\n\"", "\"1234567\"", "\"123456789012345\u{1F}\"", "'a'",
        "\"0123456789abcdef0123456789abcdef\"", "\"0123456\\\"89abcde\\\\\"", "\"\\\\\\\\\\\\\\\\\"", "\"שלוםabcdefghשלום\\u05e9\"",
    ].map { Array($0.utf8) } + encodings

    /// UTF-8 and what looks like it, in quotes.
    private static let encodings: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE0, 0xA0, 0x80], [0xE1, 0x80], [0xE1, 0x80, 0xC0], [0xE1, 0xC0, 0x80], [0xEC, 0xBF, 0xBF], [0xED, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF1, 0x80, 0x80], [0xF1, 0x80, 0x80, 0x41],
        [0xF3, 0xBF, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        [0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0xFF], [0xD7, 0xA9, 0xD7], [0x41, 0xD7, 0xA9, 0x41, 0xD7, 0x41],
    ].map { [0x22] + $0 + [0x22] }

    /// Members, a row's inside.
    private static let keys: [[UInt8]] = escapedKeys + [
        "\"\":1", "\"id\":1,\"id\":2", "\"id\":1,\"id\":null", "\"id\":null,\"id\":7", "\"id\":\"5\",\"id\":6", "\"id\":6,\"id\":\"5\"", "\"\\u0069d\":9", "\"i\\u0064\":\"9\"", "\"id\\u0000\":9",
        "\"id\":1,\"\\u0069\\u0064\":2", "\"contact\\u005fid\":\"12\"", "\"contact_id\":\"x\",\"contact_id\":4", "\"contact_id\":4,\"contact_id\":\"x\"", "\"ID\":1", "\"id \":1", "\"idx\":1",
        "\"contact_ie\":\"1\"", "\"xontact_id\":\"1\"", "\"campaign_id\":\"1\",\"campaign_ix\":\"2\",\"action_typf\":\"3\"", "\"action_type\":\"a\",\"action_type\":\"\\u0062\"",
        "\"action_type\":\"\\u0062\",\"action_type\":\"a\"", "\"action_type\":\"a\",\"action_type\":3", "\"action_type\":\"\"", "\"action_type\":\"\\\"\\/\\ud83d\\ude00é\"", "\"action_date\":\"2024-01-01\",\"create_date\":\"2023\",\"date_sent\":\"2022\"",
        "\"action_date\":5,\"create_date\":null,\"date_sent\":[]", "\"message_size\":\"12\",\"row_index\":\"13\",\"id\":\"14\",\"campaign_id\":\"15\"", "\"external_id\":\"5\",\"transaction_id\":\"6\"",
        "\"ab\":1,", "\"ab\"", "\"ab\":", "\"a\u{1}b\":1", "\"a\\qb\":1", "ab:1", "1:1", "null:1", ":1", ",", "\"id\":{\"id\":\"5\"}", "\"id\":[\"5\"]", "\"id\":true", "\"a\":1\"b\":2", "\"a\":1,,\"b\":2", "\"a\"::1", "\"שם\":1",
        "\"\\u0063\\u006f\\u006e\\u0074\\u0061\\u0063\\u0074\\u005f\\u0069\\u0064\":3", "\"\\u0063\\u006f\\u006e\\u0074\\u0061\\u0063\\u0074\\u005f\\u0069\\u0064\\u0063\\u006f\\u006e\\u0074\\u0061\\u0063\\u0074\\u005f\\u0069\\u0064\\u0063\\u006f\\u006e\\u0074\\u0061\\u0063\\u0074\\u005f\\u0069\\u0064\\u0063\\u006f\\u006e\\u0074\\u0061\\u0063\\u0074\\u005f\\u0069\\u0064\":3",
    ].map { Array($0.utf8) }

    /// Names that go on behind what looks like the end of a field's name.
    private static let escapedKeys: [[UInt8]] = ["id", "contact_id", "action_type", "ip", "additional_data"].flatMap { field in
        ["\\\":", "\\u0022:", "\\\"", "\\\":x", ":", "\\u003a"].map { end in
            Array("\"\(field)\":1,\"\(field)\(end)\":\"7\",\"\\u00\(String(field.utf8.first ?? 0, radix: 16))\(field.dropFirst())\(end)\":null".utf8)
        }
    }

    /// One id in many dresses.
    private static let ids: [[UInt8]] = [
        "5", "\"5\"", "-5", "\"-5\"", "\"-0\"", "-0", "\"+5\"", "\"05\"", "\"0\"", "\"00\"", "\"-\"", "\"\"", "\" 5\"", "\"5 \"", "\"5.0\"", "5.0", "5e0", "\"5e0\"", "\"0x5\"", "\"٥\"", "\"\\u0035\"", "\"\\u0035\\u0036\"",
        "\"\\u002d5\"", "\"5\\n\"", "\"9223372036854775807\"", "\"9223372036854775808\"", "\"-9223372036854775808\"", "\"-9223372036854775809\"", "\"18446744073709551621\"", "\"99999999999999999999\"", "9223372036854775808", "null", "{}", "[5]",
        "\"\\u0039\\u0032\\u0032\\u0033\\u0033\\u0037\\u0032\\u0030\\u0033\\u0036\\u0038\\u0035\\u0034\\u0037\\u0037\\u0035\\u0038\\u0030\\u0037\"", "\"five\"", "true",
    ].flatMap { id in
        ["id", "row_index", "contact_id", "campaign_id", "message_size", "other_id"].map { Array("[{\"\($0)\":\(id),\"z\":\"\(id.count)\"}]".utf8) }
    }

    /// Around the depth that jansson allows; the array and the row are two levels of it.
    private static let nested: [[UInt8]] = [2045, 2046, 2047, 2048, 5000].flatMap { depth in
        [("", ""), ("1", ""), ("{}", ""), ("\"x\"", ""), ("", ",2")].flatMap { inner, after in
            [
                "[{\"x\":\(String(repeating: "[", count: depth))\(inner)\(String(repeating: "]", count: depth))\(after.isEmpty ? "" : ",\"y\":2")}]",
                "[{\"x\":\(String(repeating: "{\"y\":", count: depth - 1)){\(inner.isEmpty ? "" : "\"z\":\(inner)")}\(String(repeating: "}", count: depth - 1))}]",
                String(repeating: "[", count: depth) + inner, String(repeating: "[{\"x\":", count: depth) + inner,
            ].map { Array($0.utf8) }
        }
    }

    /// A page that has something of everything, to be damaged.
    static let sample = Array(
        """
        [{"id":690776464,"action_date":"2024-09-19 11:03:27","contact_id":"402653189","campaign_id":1958368,"ip":"45.112.30.172,136.226.243.10","action_type":"emailClicked","remarks":null,"additional_data":"https:\\/\\/x.example\\/?a=1\\u0026b=\\u05e9"},
         {"id":"690776463" , "action_type":"emailOpened","contact_id":-7,"nested":{"a":[1,2.5e3,{"b":[true,false,null]}],"c":{}},"שם":"שלום 😀 \\ud83d\\ude00"},
        {"campaign_id":"1958368","id":9223372036854775807,"id":"-9223372036854775808","n":-0.25E-7,"row_index":"3","message_size":"900","date_sent":"x","create_date":"y"},{}]
        """.utf8)
}

// SPDX-License-Identifier: MIT

import Glibc
import Testing

@testable import Inwise

@Suite("A mirror's URL") struct FileURLTests {
    private static let here = String(cString: getcwd(nil, 0))

    @Test("names a path", arguments: [
        ("file:/var/m.db", "/var/m.db"),
        ("file:///var/m.db", "/var/m.db"),
        ("FILE://LocalHost/var/m.db", "/var/m.db"),
        ("file:m.db", here + "/m.db"),
        ("file:../a/m.db", here + "/../a/m.db"),
        ("file::memory:", here + "/:memory:"),
        ("file:file:x", here + "/file:x"),
        ("file:/a%20b%3F%23%25+c/שלום.db", "/a b?#%+c/שלום.db"),
        ("file:/a b", "/a b"),
    ])
    func paths(_ url: String, _ path: String) throws {
        #expect(try FileURL.path(of: url) == path)
    }

    @Test("is refused with what to write instead", arguments: [
        ("file:", "names a file"), ("file://", "names a file"), ("file:///", "names a file"), ("file:/var/", "names a file"),
        ("file://localhost", "names a file"), ("file:a%2F", "names a file"),
        ("file://elsewhere/m.db", "without the host \"elsewhere\""), ("file://m.db", "without the host \"m.db\""),
        ("file:/m.db?mode=ro", "%3F"), ("file:/m#1.db", "%23"), ("file:/100%.db", "%25"), ("file:/%zz", "%25"),
        ("file:/a%00b", "NUL"), ("file:/%ff", "UTF-8"), ("/var/m.db", "\"file:\" and a path"), ("files:/a", "\"file:\" and a path"),
    ])
    func refusals(_ url: String, _ words: String) {
        let error = #expect(throws: InwiseError.self) { try FileURL.path(of: url) }
        #expect(error?.code == .argument && error?.parameter == "url")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}

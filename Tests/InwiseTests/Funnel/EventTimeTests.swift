// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite struct EventTimeTests {
    private static func seconds(_ text: String, _ time: inout EventTime) -> UInt32 {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { time.seconds(of: $0) }
    }

    @Test("A day is its first second, and a T may stand before the time", arguments: [
        ("2024-09-02", 1_725_235_200), ("2024-09-02 13:59:07", 1_725_285_547), ("2024-09-02T13:59:07", 1_725_285_547), ("2024-02-29 23:59:59", 1_709_251_199),
        ("1970-01-01 00:00:01", 1), ("2106-02-07 06:28:15", 4_294_967_295), ("2000-02-29", 951_782_400),
    ] as [(String, UInt32)])
    func known(text: String, seconds: UInt32) {
        var time = EventTime()
        #expect(Self.seconds(text, &time) == seconds)
        #expect(Self.seconds(text, &time) == seconds, "the second time its day is known")
    }

    @Test("Every second of a day is that second")
    func everySecond() {
        var time = EventTime()
        for second in stride(from: Int64(0), to: 86_400, by: 7) {
            #expect(Int64(Self.seconds(TestTime.text(1_725_235_200 + second), &time)) == 1_725_235_200 + second)
        }
    }

    @Test("What is no date is unknown, whatever came before", arguments: FunnelRow.unreadable.filter { $0.hasPrefix("\"") && !$0.contains("\\") })
    func unknown(quoted: String) {
        var time = EventTime()
        for before in ["", "2024-09-02 10:00:00", "2024-09-02"] {
            _ = Self.seconds(before, &time)
            #expect(Self.seconds(String(quoted.dropFirst().dropLast()), &time) == EventTime.unknown)
        }
    }

    @Test("A date with any other character in any place is unknown, unless that is a date too")
    func oneCharacter() {
        let date = Array("2024-09-12 11:52:03".utf8)
        var time = EventTime()
        for place in date.indices {
            for byte in 1...127 as ClosedRange<UInt8> {
                var bytes = date
                bytes[place] = byte
                let text = String(decoding: bytes, as: UTF8.self)
                let plain = DateText(text.replacing("T", with: " ")).flatMap { UInt32(exactly: TestTime.seconds($0.text)) }
                #expect(Self.seconds(text, &time) == plain ?? EventTime.unknown, "\(text)")
            }
        }
    }
}
